using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Formats;

/// <summary>
/// A tree with a file that says what it is (<see cref="PackageIdentity"/>): what archives hold, so that it is still known when they are
/// unpacked. Nothing is added where there is nothing to pack. The inputs are the tree and the payload that it was made of.
/// </summary>
/// <param name="from">The directory of the tree that is packed.</param>
/// <param name="place">The directory that gets the file.</param>
/// <param name="identity">What it is.</param>
internal sealed class IdentifiedTree(RelativePath from, RelativePath place, PackageIdentity identity) : TreeFunction
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The step that yields it.</summary>
    public static Step StepOf(PackageRequest request, string facet, Step tree, RelativePath from, RelativePath place) => new DeriveStep(
        new StepName(request.Target, $"{facet}with identity"), [tree, request.Payload], new IdentifiedTree(from, place, request.Identity));

    /// <inheritdoc/>
    public override void Describe(KeyWriter key)
    {
        key.Add("identified tree 1").Add(from.Value).Add(place.Value);
        foreach (var (name, value) in identity.Facts())
            key.Add(name).Add(value);
    }

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (tree, payload) = (inputs[0].Tree, inputs[1].Tree);
        if (await TreeWalk.FindDirectoryAsync(store.Blobs, tree, from, cancel) is not { } packed || packed == Digest.Empty)
            return tree;

        var file = new TreeBuilder();
        file.AddFile(place.Child(PackageIdentity.FileName), await store.Blobs.PutAsync(TextOf(identity with { Payload = payload }), cancel), executable: false);
        return await TreeUnion.MergeAsync(store.Blobs, [new UnionLayer(tree, Overrides: false), new UnionLayer(await file.WriteAsync(store.Blobs, cancel), Overrides: true)], cancel);
    }

    private static byte[] TextOf(PackageIdentity identity)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            foreach (var (name, value) in identity.Facts())
                json.WriteString(name, value);
            json.WriteEndObject();
        }

        return [.. text.WrittenSpan, (byte)'\n'];
    }
}
