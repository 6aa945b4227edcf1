using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Packaging.Oci.Images;

/// <summary>A layout as one file, <c>NAME.oci.tar</c>, which skopeo and podman read as <c>oci-archive:</c>. Its input is the layout.</summary>
/// <param name="name">The name of the target for files.</param>
/// <param name="time">The modification time of every entry.</param>
public sealed class LayoutArchive(string name, DateTimeOffset time) : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("oci archive 1").Add(name).Add(time.ToUnixTimeSeconds());

    /// <inheritdoc/>
    public override Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel) =>
        LayerArchive.WriteAsync(store.Blobs, $"{name}.oci", inputs[0].Tree, time, overrides: null, cancel);
}
