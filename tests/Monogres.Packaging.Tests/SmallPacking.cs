using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;

namespace Monogres.Packaging.Tests;

/// <summary>Packs in memory. Compressors are stand-ins: gzip is .NET's, the others write their name before what they read.</summary>
internal sealed partial class SmallPacking
{
    private static readonly RelativePath Input = RelativePath.Parse("build/in");

    public SmallEngine Engine { get; } = new(CompressAsync);

    /// <summary>The files of a package, by name.</summary>
    public async Task<SortedDictionary<string, byte[]>> PackAsync(IPackager packager, PackageRequest request, CancellationToken cancel)
    {
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach (var step in packager.StepsOf(request))
        {
            await foreach (var entry in TreeWalk.EntriesAsync(Engine.Blobs, (await Engine.Engine.GetAsync(step, cancel)).Tree, cancel))
                files.Add(entry.Path.Value, await Engine.Blobs.ReadAllAsync(Assert.IsType<TreeEntry.File>(entry).Content, cancel));
        }

        return files;
    }

    /// <summary>What the command of a step that compresses would give.</summary>
    public static async Task<ActionOutcome> CompressAsync(ActionRequest request, IBlobStore blobs, CancellationToken cancel)
    {
        var script = "";
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, request.Action.InputRoot, cancel))
        {
            if (entry is TreeEntry.File { Path.Name: "compress.sh" } file)
                script = Encoding.UTF8.GetString(await blobs.ReadAllAsync(file.Content, cancel));
        }

        var ending = Ending().Match(script).Groups["ending"].Value;
        var output = new TreeBuilder();
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, (await TreeWalk.FindDirectoryAsync(blobs, request.Action.InputRoot, Input, cancel))!.Value, cancel))
        {
            if (entry is TreeEntry.File file)
                output.AddFile(RelativePath.Parse(file.Path + ending), await blobs.PutAsync(Compress(ending, await blobs.ReadAllAsync(file.Content, cancel)), cancel), executable: false);
        }

        return FakeActionRunner.Succeeded(await output.WriteAsync(blobs, cancel));
    }

    private static byte[] Compress(string ending, byte[] content)
    {
        if (ending is not ".gz")
            return [.. Encoding.ASCII.GetBytes(ending), .. content];

        // .NET writes nothing for nothing, and gzip does not.
        if (content.Length == 0)
            return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, .. new byte[8]];

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return compressed.ToArray();
    }

    [GeneratedRegex("""\$file(?<ending>\.[a-z]+)" """, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, 1000)]
    private static partial Regex Ending();
}
