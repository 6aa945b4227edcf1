using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Monogres.Actions;
using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Build.Execution;

/// <summary>Puts actions together: what every build and every test has in common.</summary>
public sealed class ActionRequests(IBlobStore blobs)
{
    /// <summary>The action that runs <see cref="BuildPaths.Script"/> over these layers.</summary>
    /// <param name="name">For people: <c>postgres@15.18+minimal build</c>.</param>
    /// <param name="sourceDate">The time that it takes for now.</param>
    /// <param name="layers">Its input root, the lowest first; only the last one may stand over anything.</param>
    /// <param name="timeout">When it is given up.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="TreeConflictException">Two layers hold different things at one path.</exception>
    /// <exception cref="BlobMissingException">A directory of a layer is lost.</exception>
    public async ValueTask<ActionRequest> OfAsync(string name, DateTimeOffset sourceDate, ImmutableArray<Digest> layers, TimeSpan timeout, CancellationToken cancel) => new()
    {
        Name = name,
        Layers = layers,
        Action = new CanonicalAction
        {
            // Sources come from outside, payloads from us: only the script may stand over anything.
            InputRoot = await TreeUnion.MergeAsync(blobs, [.. layers.Select((layer, i) => new UnionLayer(layer, Overrides: i == layers.Length - 1))], cancel),
            Arguments = ["/bin/sh", "/" + BuildPaths.Script],
            Environment = EnvironmentOf(sourceDate),
            WorkingDirectory = BuildPaths.Work,
            Timeout = timeout,
        },
    };

    /// <summary>The layer with a source.</summary>
    public async ValueTask<Digest> SourceLayerAsync(Digest source, CancellationToken cancel)
    {
        var builder = new TreeBuilder();
        builder.AddTree(BuildPaths.Source, source);
        return await builder.WriteAsync(blobs, cancel);
    }

    /// <summary>The layer with a script and the empty output directory.</summary>
    public ValueTask<Digest> ScriptLayerAsync(string script, CancellationToken cancel) => ScriptLayerAsync(script, ImmutableDictionary<RelativePath, string>.Empty, cancel);

    /// <summary>The layer with a script, further small files for it, and the empty output directory.</summary>
    public async ValueTask<Digest> ScriptLayerAsync(string script, IReadOnlyDictionary<RelativePath, string> files, CancellationToken cancel)
    {
        var builder = new TreeBuilder();
        builder.AddFile(BuildPaths.Script, await blobs.PutAsync(Encoding.UTF8.GetBytes(script), cancel), executable: false);
        foreach (var (path, content) in files)
            builder.AddFile(path, await blobs.PutAsync(Encoding.UTF8.GetBytes(content), cancel), executable: false);
        builder.AddDirectory(BuildPaths.Output);
        return await builder.WriteAsync(blobs, cancel);
    }

    /// <summary>The whole environment of an action. What it cannot hide (clock, core count, hash seeds) it fixes as far as programs ask the environment.</summary>
    public static ImmutableSortedDictionary<string, string> EnvironmentOf(DateTimeOffset sourceDate) => ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create("GIT_CEILING_DIRECTORIES", "/" + BuildPaths.Work),
        KeyValuePair.Create("HOME", "/" + BuildPaths.Work),
        KeyValuePair.Create("LC_ALL", "C.UTF-8"),
        KeyValuePair.Create("PATH", "/usr/bin:/usr/sbin"),
        KeyValuePair.Create("PERL_HASH_SEED", "0"),
        KeyValuePair.Create("PYTHONHASHSEED", "0"),
        KeyValuePair.Create("SOURCE_DATE_EPOCH", sourceDate.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        KeyValuePair.Create("TMPDIR", "/tmp"),
        KeyValuePair.Create("TZ", "UTC"),
    ]);
}
