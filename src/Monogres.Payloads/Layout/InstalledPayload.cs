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
/// From the output of a build to its payload: what is installed, the prefix with all below it and nothing else, arranged as
/// <see cref="PayloadFiles"/> says. Refuses an output without anything at the prefix, an extension's files elsewhere, and
/// what exceeds the ABI baseline of the platform.
/// </summary>
/// <param name="prefix">Where the result is installed.</param>
/// <param name="platform">Where it runs.</param>
/// <param name="extension">The extension that it is, whose files outside of the prefix are an error; null for a server, of which they are dropped.</param>
public sealed class InstalledPayload(RelativePath prefix, Platform platform, ProjectName? extension) : TreeFunction
{
    /// <summary>Where a build leaves debug information, beside the prefix; debuggers look there first (https://sourceware.org/gdb/current/onlinedocs/gdb.html/Separate-Debug-Files.html).</summary>
    public static RelativePath SymbolsDirectory { get; } = RelativePath.Parse("usr/lib/debug");

    // One function serves all versions of a project.
    private readonly KeyPart _described = new(key => key.Add("payload 2").Add(prefix.Value).Add(platform.Architecture).Add(extension?.Value ?? "")
        .Add([.. platform.SymbolVersions.Select(family => $"{family.Key} {family.Value}")]));

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add(_described);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (output, target) = (inputs[0].Tree, inputs[0].Step.Name.Owner);
        var installation = await TreeWalk.FindDirectoryAsync(store.Blobs, output, prefix, cancel) ?? throw PayloadErrors.NothingInstalled(target, prefix);
        if (extension is not null && await OutsideAsync(store.Blobs, output, cancel) is { Count: > 0 } outside)
            throw PayloadErrors.OutsidePrefix(target, prefix, outside);

        var payload = await ArrangeAsync(store.Blobs, target, installation, cancel);
        var needs = await CachedNeeds.OfAsync(store, payload, cancel);
        return needs.Exceeding(platform) is { Count: > 0 } excess ? throw PayloadErrors.ExceedsPlatform(target, platform, excess) : payload;
    }

    private async Task<Digest> ArrangeAsync(IBlobStore blobs, object target, Digest installation, CancellationToken cancel)
    {
        try
        {
            return await new PayloadFiles(blobs, prefix, extension).WriteAsync(installation, cancel);
        }
        catch (TreeConflictException conflict)
        {
            throw PayloadErrors.DocumentsClash(target, conflict);
        }
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
