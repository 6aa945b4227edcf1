using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Payloads.Binaries;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Layout;

/// <summary>
/// From the output of a build to its payload: what is installed, the prefix with all below it and nothing else. Refuses an
/// output without anything at the prefix, an extension's files elsewhere, and what exceeds the ABI baseline of the platform.
/// </summary>
/// <param name="prefix">Where the result is installed.</param>
/// <param name="platform">Where it runs.</param>
/// <param name="prefixOnly">Whether files outside of the prefix are an error; otherwise they are dropped.</param>
public sealed class InstalledPayload(RelativePath prefix, Platform platform, bool prefixOnly) : TreeFunction
{
    /// <summary>Where a build leaves debug information, beside the prefix; debuggers look there first (https://sourceware.org/gdb/current/onlinedocs/gdb.html/Separate-Debug-Files.html).</summary>
    public static RelativePath SymbolsDirectory { get; } = RelativePath.Parse("usr/lib/debug");

    // One function serves all extensions of a server.
    private readonly KeyPart _described = new(key => key.Add("payload 1").Add(prefix.Value).Add(platform.Architecture).Add(prefixOnly ? 1 : 0)
        .Add([.. platform.SymbolVersions.Select(family => $"{family.Key} {family.Value}")]));

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add(_described);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (output, target) = (inputs[0].Tree, inputs[0].Step.Name.Owner);
        var installation = await TreeWalk.FindDirectoryAsync(store.Blobs, output, prefix, cancel) ?? throw PayloadErrors.NothingInstalled(target, prefix);
        if (prefixOnly && await OutsideAsync(store.Blobs, output, cancel) is { Count: > 0 } outside)
            throw PayloadErrors.OutsidePrefix(target, prefix, outside);

        var tree = new TreeBuilder();
        tree.AddTree(prefix, installation);
        var payload = await tree.WriteAsync(store.Blobs, cancel);
        var needs = await CachedNeeds.OfAsync(store, payload, cancel);
        return needs.Exceeding(platform) is { Count: > 0 } excess ? throw PayloadErrors.ExceedsPlatform(target, platform, excess) : payload;
    }

    private async ValueTask<List<string>> OutsideAsync(IBlobStore blobs, Digest output, CancellationToken cancel)
    {
        List<string> files = [];
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, output, cancel))
        {
            if (entry is not TreeEntry.Directory && !entry.Path.IsWithin(prefix) && !entry.Path.IsWithin(SymbolsDirectory))
                files.Add(entry.Path.Value);
        }

        return files;
    }
}
