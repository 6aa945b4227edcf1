using System.Text;
using Monogres.Build.Binaries;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Build.Execution;

/// <summary>
/// A payload whose programs are for another machine, made to run here. The kernel cannot be told to start an emulator for
/// them without being root, so each program gives its place to a script that does; the program itself stands beside it, so
/// that it finds its libraries as before. PostgreSQL's programs start each other by path, and by what the emulator says
/// their name is, and so find the scripts.
/// </summary>
public static class EmulatedPayload
{
    /// <summary>What is added to the name of the program itself.</summary>
    public const string Suffix = ".real";

    /// <summary>The payload's tree with a script in the place of each program.</summary>
    /// <param name="blobs">Has the payload, and gets the tree.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="emulator">The emulator in the root that it will run in.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">A part of the payload is lost.</exception>
    public static async Task<Digest> OfAsync(IBlobStore blobs, Digest payload, RelativePath emulator, CancellationToken cancel)
    {
        var scripts = new TreeBuilder();
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, payload, cancel))
        {
            if (entry is not TreeEntry.File { Executable: true } file || await BinaryNeeds.ElfAsync(blobs, file, cancel) is not { IsProgram: true })
                continue;

            var real = file.Path.Parent.Child(file.Path.Name + Suffix);
            scripts.AddFile(real, file.Content, executable: true);
            scripts.AddFile(file.Path, await blobs.PutAsync(Encoding.UTF8.GetBytes($"#!/bin/sh\nexec /{emulator} -0 \"$0\" /{real} \"$@\"\n"), cancel), executable: true);
        }

        return await TreeUnion.MergeAsync(blobs, [new UnionLayer(payload, Overrides: false), new UnionLayer(await scripts.WriteAsync(blobs, cancel), Overrides: true)], cancel);
    }
}
