using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Payloads.Layout;
using Monogres.Plans.Scripts;
using Monogres.Index.Json;
using Monogres.Index.Projects;

namespace Monogres.Plans.Sources;

/// <summary>The source of a release as steps.</summary>
/// <param name="Tree">The source tree.</param>
/// <param name="Directory">Where a build has it.</param>
/// <param name="Layer">The source tree there.</param>
/// <param name="Archives">What it is unpacked from, the main archive first; nothing for a tree that was imported.</param>
/// <param name="Build">The command that runs a build's script at the time of this source.</param>
internal sealed record SourceSteps(Step Tree, RelativePath Directory, Step Layer, ImmutableArray<UnpackStep> Archives, StepCommand Build)
{
    /// <summary>The source that is this tree.</summary>
    public static SourceSteps Of(ProjectName project, Step tree, ImmutableArray<UnpackStep> archives, DateTimeOffset date)
    {
        var directory = BuildPaths.SourceOf(project);
        return new(tree, directory, Commands.SourceLayer(tree, directory), archives, Commands.RunScript(date, Commands.BuildTimeout));
    }
}

/// <summary>Plans source trees, each release once, however many targets are built from it.</summary>
internal sealed class SourcePlanner
{
    private readonly ConditionalWeakTable<ExtensionRelease, SourceSteps> _extensions = [];

    /// <summary>The source of a server.</summary>
    /// <param name="project">The server's project.</param>
    /// <param name="release">The release.</param>
    /// <param name="omit">Globs of what upstream generates into release tarballs, so that tarball and tag archive give one tree.</param>
    /// <param name="patching">The root in which patches are applied.</param>
    public static SourceSteps Of(Project project, Release release, ImmutableArray<string> omit, Func<Step> patching)
    {
        var owner = $"{project.Name}-{release.Version}";
        var source = Merged(project.Name, owner, Unpack(new StepName(owner, "source"), release.Files, omit), release.Parts, [], release.SourceDate);
        return release.Patches.IsEmpty ? source : SourceSteps.Of(project.Name, Patched(owner, source, release, patching()), source.Archives, release.SourceDate);
    }

    /// <summary>A source with its patches applied: once, however many targets are built from it.</summary>
    private static RunStep Patched(string owner, SourceSteps source, Release release, Step root)
    {
        var script = StepText.Of(ServerPatches.Script(source.Directory, release.Patches));
        return new RunStep(new StepName(owner, "source with patches"), [root, source.Layer, Commands.ScriptLayer(new StepName(owner, "patch script"), script)], source.Build);
    }

    /// <summary>The source of an extension.</summary>
    public SourceSteps Of(ExtensionProject project, ExtensionRelease release) =>
        _extensions.TryGetValue(release, out var known) ? known : _extensions.GetValue(release, _ => New(project, release));

    private static SourceSteps New(ExtensionProject project, ExtensionRelease release)
    {
        var owner = $"{project.Name}-{release.Version}";
        return Merged(project.Name, owner, Unpack(new StepName(owner, "source"), release.Files, []), release.Parts, release.Crates, release.SourceDate);
    }

    private static SourceSteps Merged(ProjectName project, string owner, UnpackStep whole, ImmutableArray<SourcePart> added, ImmutableArray<RelativePath> crates, DateTimeOffset date)
    {
        if (added.IsEmpty)
            return SourceSteps.Of(project, WithCrates(owner, whole, crates), [whole], date);

        ImmutableArray<(UnpackStep Archive, RelativePath To)> parts = [.. added.Select(part => (Unpack(new StepName(owner, $"source {part.To}"), [part.File], []), part.To))];
        var merged = new MergeStep(new StepName(owner, "source with its parts"), [whole, .. parts.Select(part => new PickStep(part.Archive.Name, part.Archive, RelativePath.Root, part.To))], overrides: true);
        return SourceSteps.Of(project, WithCrates(owner, merged, crates), [whole, .. parts.Select(part => part.Archive)], date);
    }

    // Those of a part, such as cargo-pgrx, are among the lists, so that parts come first. What the source has in vendor/ itself stays.
    private static Step WithCrates(string owner, Step source, ImmutableArray<RelativePath> locks) => locks.IsEmpty ? source
        : new MergeStep(new StepName(owner, "source with its crates"), [new ListedStep(new StepName(owner, "crates"), source, new CrateList(locks)), source], overrides: true);

    private static UnpackStep Unpack(StepName name, ImmutableArray<SourceFile> files, ImmutableArray<string> omit) => new(name,
        [.. files.Select(file => new UnpackFile(file.Source, new PinnedFile { Name = file.FileNames.First(), Sha256 = file.Sha256, Size = file.Size, Places = file.Places }, file.StripPrefix))], omit);
}
