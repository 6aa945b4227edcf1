using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans;

namespace Monogres.Cli.Commands;

/// <summary>Which of some targets are built in the store of this machine.</summary>
/// <param name="Store">The store, or null when there is none yet.</param>
/// <param name="Targets">Those that are built, with the payload of each.</param>
internal sealed record BuiltHere(string? Store, ImmutableArray<(TargetId Target, Digest Payload)> Targets)
{
    /// <summary>Asks the store; makes none, downloads and runs nothing.</summary>
    /// <param name="names">The targets, which are looked for on every platform and with every toolchain.</param>
    /// <param name="settings">Where the store is.</param>
    /// <param name="index">What exists.</param>
    /// <param name="console">The streams.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<BuiltHere> FindAsync(IReadOnlyList<TargetName> names, Settings settings, MonogresIndex index, Streams console, CancellationToken cancel)
    {
        if (settings.ExistingStore is null)
            return new BuiltHere(null, []);

        await using var workspace = await Workspace.OpenAsync(settings, index, console, cancel);
        var locks = Workspace.LocksOf(settings);
        var built = ImmutableArray.CreateBuilder<(TargetId, Digest)>();
        foreach (var (platform, toolchain) in index.Platforms.SelectMany(platform => platform.Toolchains.Keys.Select(toolchain => (platform, toolchain))))
        {
            var planner = new Planner(index, platform, toolchain, locks);
            foreach (var name in names)
            {
                try
                {
                    var target = planner.Plan(name);
                    if (await workspace.Engine.FindAsync(target.Payload, cancel) is { } known)
                        built.Add((target.Id, known.Tree));
                }
                catch (UserErrorException)
                {
                    // What cannot be planned there was never built there.
                }
            }
        }

        return new BuiltHere(settings.StoreDirectory, built.ToImmutable());
    }

    /// <summary>For people.</summary>
    public string Text() => this switch
    {
        { Store: null } => "not built here: there is no store yet\n",
        { Targets.IsEmpty: true } => $"not built in {Store}\n",
        _ => $"built in {Store}:\n{ListCommand.Table(Targets.Select(one => new[] { $"  {one.Target.Name}", one.Target.Platform.ToString(), one.Target.Toolchain, one.Payload.Hash.ToString()[..16] }))}",
    };

    /// <summary>For programs.</summary>
    public JsonArray Json() =>
    [
        .. Targets.Select(one => (JsonNode)new JsonObject
        {
            ["target"] = one.Target.Name.ToString(),
            ["platform"] = one.Target.Platform.ToString(),
            ["toolchain"] = one.Target.Toolchain,
            ["payload"] = one.Payload.ToString(),
        }),
    ];
}
