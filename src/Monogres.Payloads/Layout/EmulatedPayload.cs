using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Binaries;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Layout;

/// <summary>
/// A payload whose programs are for another machine, made to run here. The kernel cannot be told to start an emulator for
/// them without being root, so each program gives its place to a script that does; the program itself stands beside it, so
/// that it finds its libraries as before. PostgreSQL's programs start each other by path, and by what the emulator says
/// their name is, and so find the scripts.
/// </summary>
/// <param name="emulator">The emulator in the root that it will run in.</param>
public sealed class EmulatedPayload(RelativePath emulator) : TreeFunction
{
    /// <summary>What is added to the name of the program itself.</summary>
    public const string Suffix = ".real";

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("emulated 1").Add(emulator.Value);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (blobs, payload) = (store.Blobs, inputs[0].Tree);
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
