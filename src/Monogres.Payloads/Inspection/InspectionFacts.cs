using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Projects;
using Monogres.Payloads.Binaries;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Inspection;

/// <summary>
/// What is known of a built extension without running it, as a step: <see cref="Facts"/> with <see cref="ExtensionInspection"/>.
/// Its inputs are the payload, the server's payload, the source, the layers of the root that it runs in, the payloads of what
/// it requires, and, when it was built by a command of its own, that command, for its log.
/// </summary>
/// <param name="project">What the index says of the project.</param>
/// <param name="server">The version of PostgreSQL that it was built for.</param>
/// <param name="prefix">Where it is installed.</param>
/// <param name="rootLayers">How many of the inputs are layers of the root.</param>
/// <param name="hasBuild">Whether the last input is the command that built it.</param>
public sealed class InspectionFacts(ExtensionProject project, PgVersion server, RelativePath prefix, int rootLayers, bool hasBuild) : TreeFunction
{
    private const int FirstLayer = 3;

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("inspection 1").Add(project.Name.Value).Add(project.SqlNames).Add(project.Preload)
        .Add(server.ToString()).Add(prefix.Value).Add(rootLayers).Add(hasBuild ? 1 : 0);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var layers = inputs.Skip(FirstLayer).Take(rootLayers).Select(layer => new UnionLayer(layer.Tree, Overrides: false)).ToArray();
        var required = inputs.Skip(FirstLayer + rootLayers).SkipLast(hasBuild ? 1 : 0);
        var inspection = await new ExtensionInspector(store).InspectAsync(
            new InspectionRequest
            {
                Project = project,
                ServerVersion = server,
                Prefix = prefix,
                Payload = inputs[0].Tree,
                Server = inputs[1].Tree,
                Source = inputs[2].Tree,
                RuntimeRoot = await TreeUnion.MergeAsync(store.Blobs, layers, cancel),
                Required = [.. required.Select(payload => payload.Tree)],
                BuildLog = hasBuild ? await LogAsync(store.Blobs, inputs[^1], cancel) : [],
            },
            cancel);
        return await Facts.WriteAsync(store.Blobs, inspection, InspectionJson.Default.ExtensionInspection, cancel);
    }

    /// <summary>Reads what the step gave.</summary>
    /// <exception cref="BlobMissingException">It is lost.</exception>
    public static Task<ExtensionInspection> ReadAsync(IBlobStore blobs, Digest facts, CancellationToken cancel) =>
        Facts.ReadAsync(blobs, facts, InspectionJson.Default.ExtensionInspection, cancel);

    // A log is no part of a result: one that is lost has nothing to say, and spoils nothing.
    private static async Task<ImmutableArray<string>> LogAsync(IBlobStore blobs, StepResult build, CancellationToken cancel)
    {
        try
        {
            return build.Log is { } log ? await blobs.ReadLinesAsync(log, cancel) : [];
        }
        catch (BlobMissingException)
        {
            return [];
        }
    }
}
