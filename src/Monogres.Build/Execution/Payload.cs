using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Build.Execution;

/// <summary>What a build gave, in the parts that are handed on apart.</summary>
/// <param name="Tree">What is installed: the prefix with all below it, and nothing else.</param>
/// <param name="Installation">The directory at the prefix.</param>
/// <param name="Symbols">The debug information that was split off, <c>.build-id/ab/cdef….debug</c>, as a debugger's <c>debug-file-directory</c>; null when there is none.</param>
public sealed record Payload(Digest Tree, Digest Installation, Digest? Symbols)
{
    /// <summary>Where a build leaves debug information, beside the prefix; debuggers look there first (https://sourceware.org/gdb/current/onlinedocs/gdb.html/Separate-Debug-Files.html).</summary>
    public static RelativePath SymbolsDirectory { get; } = RelativePath.Parse("usr/lib/debug");

    /// <summary>Takes the output of a build apart.</summary>
    /// <exception cref="UserErrorException">The build installed nothing at the prefix, or an extension elsewhere too.</exception>
    /// <exception cref="BlobMissingException">A directory of the output is lost.</exception>
    public static async ValueTask<Payload> SplitAsync(IBlobStore blobs, Digest output, TargetPlan plan, CancellationToken cancel)
    {
        var installation = await TreeWalk.FindDirectoryAsync(blobs, output, plan.Prefix, cancel)
            ?? throw BuildErrors.NothingInstalled(plan.Target, plan.Prefix);
        if (plan is ExtensionPlan && await OutsideAsync(blobs, output, plan.Prefix, cancel) is { Count: > 0 } outside)
            throw BuildErrors.OutsidePrefix(plan.Target, plan.Prefix, outside);

        var tree = new TreeBuilder();
        tree.AddTree(plan.Prefix, installation);
        return new Payload(await tree.WriteAsync(blobs, cancel), installation, await TreeWalk.FindDirectoryAsync(blobs, output, SymbolsDirectory, cancel));
    }

    private static async ValueTask<List<string>> OutsideAsync(IBlobStore blobs, Digest output, RelativePath prefix, CancellationToken cancel)
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
