using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;

namespace Monogres.Packaging.Oci.Images;

/// <summary>The images of one target for several architectures as one: a layout whose entry is an index of them. Its inputs are their layouts. What is said of each of them is said of the index.</summary>
/// <param name="name">What it is called.</param>
public sealed class PlatformsLayout(ImageName name) : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("oci platforms 2").Add(name.Project.Value).Add(name.Tag).Add(name.ShortTag);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        List<OciDescriptor> images = [];
        List<ImmutableSortedDictionary<string, string>> facts = [];
        var blobs = new HashSet<Digest>();
        foreach (var input in inputs)
        {
            var (entry, others) = await LayoutTree.ReadAsync(store.Blobs, input.Tree, cancel);
            images.Add(entry with { Annotations = null });
            facts.Add(OciJson.ReadManifest(await store.Blobs.ReadAllAsync(entry.ToBlob(), cancel)).Annotations ?? ImmutableSortedDictionary<string, string>.Empty);
            blobs.UnionWith(others);
        }

        // The order of the inputs says nothing, and a client takes the first that fits.
        images.Sort((one, other) => string.CompareOrdinal(one.Platform?.Architecture, other.Platform?.Architecture));
        if (images.Zip(images.Skip(1)).FirstOrDefault(pair => pair.First.Platform == pair.Second.Platform) is { First: { } twice })
            throw new UserErrorException($"two images of `{name.Tag}` are for {twice.Platform?.Architecture}", "choose one platform for each architecture");

        var index = await store.Blobs.PutAsync(OciJson.Write(new OciIndex { Manifests = [.. images], Annotations = InCommon(facts) }), cancel);
        return await LayoutTree.WriteAsync(store.Blobs, OciDescriptor.Of(OciMediaTypes.Index, index), name, blobs.Append(index), cancel);
    }

    private static ImmutableSortedDictionary<string, string> InCommon(List<ImmutableSortedDictionary<string, string>> facts) =>
        facts[0].Remove(ImageAnnotations.Payload).RemoveRange(facts[0].Where(fact => facts.Any(other => !other.Contains(fact))).Select(fact => fact.Key));
}
