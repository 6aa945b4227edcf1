using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Oci.Model;

namespace Monogres.Packaging.Oci.Images;

/// <summary>The images of one target for several architectures as one: a layout whose entry is an index of them. Its inputs are their layouts.</summary>
/// <param name="tag">What it is called.</param>
/// <param name="annotations">Facts that hold for all of them.</param>
public sealed class PlatformsLayout(string tag, ImmutableSortedDictionary<string, string> annotations) : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("oci platforms 1").Add(tag).Add([.. annotations.SelectMany(fact => new[] { fact.Key, fact.Value })]);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        List<OciDescriptor> images = [];
        var blobs = new HashSet<Digest>();
        foreach (var input in inputs)
        {
            var (entry, others) = await LayoutTree.ReadAsync(store.Blobs, input.Tree, cancel);
            images.Add(entry with { Annotations = null });
            blobs.UnionWith(others);
        }

        // The order of the inputs says nothing, and a client takes the first that fits.
        images.Sort((one, other) => string.CompareOrdinal(one.Platform?.Architecture, other.Platform?.Architecture));
        if (images.Zip(images.Skip(1)).FirstOrDefault(pair => pair.First.Platform == pair.Second.Platform) is { First: { } twice })
            throw new UserErrorException($"two images of `{tag}` are for {twice.Platform?.Architecture}", "choose one platform for each architecture");

        var index = await store.Blobs.PutAsync(OciJson.Write(new OciIndex { Manifests = [.. images], Annotations = annotations }), cancel);
        return await LayoutTree.WriteAsync(store.Blobs, OciDescriptor.Of(OciMediaTypes.Index, index), tag, blobs.Append(index), cancel);
    }
}
