using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Extensions;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Formats;

/// <summary>
/// A payload with the files of its source that state the licence, in <c>share/doc/PROJECT</c> below its prefix: what archives hold,
/// which may go wherever they like without a package manager's own place for licences. Nothing is added to a payload that is empty,
/// of which there is no archive, and nothing in it is replaced. The inputs are the payload and its <see cref="LicenceTexts"/>.
/// </summary>
/// <param name="prefix">Where it is installed.</param>
/// <param name="project">Its project.</param>
internal sealed class LicensedPayload(RelativePath prefix, ProjectName project) : TreeFunction
{
    /// <summary>The step that yields it.</summary>
    public static Step StepOf(PackageRequest request) => new DeriveStep(
        new StepName(request.Target, "payload with licences"),
        [request.Payload, new DeriveStep(new StepName(request.Target, "licences"), [request.Source], new LicenceTexts())],
        new LicensedPayload(request.Prefix, request.Project.Name));

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("licensed payload 1").Add(prefix.Value).Add(project.Value);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (payload, licences) = (inputs[0].Tree, inputs[1].Tree);
        if (licences == Digest.Empty || await TreeWalk.FindDirectoryAsync(store.Blobs, payload, prefix, cancel) is not { } installed || installed == Digest.Empty)
            return payload;

        var texts = new TreeBuilder();
        texts.AddTree(prefix.Combine(InstallationLayout.Documentation).Child(project.Value), licences);
        return await TreeUnion.MergeAsync(store.Blobs, [new UnionLayer(await texts.WriteAsync(store.Blobs, cancel), Overrides: false), new UnionLayer(payload, Overrides: true)], cancel);
    }
}
