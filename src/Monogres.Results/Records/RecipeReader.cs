using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans.Targets;

namespace Monogres.Results.Records;

/// <summary>Writes down what targets are made of: one walk over their steps.</summary>
/// <param name="engine">Knows what steps gave.</param>
/// <param name="index">The index that they were planned from, as the digest of all its files.</param>
/// <param name="tool">The tool that planned them: <c>monogres 0.1.0</c>.</param>
public sealed class RecipeReader(StepEngine engine, Digest index, string tool)
{
    /// <summary>The recipe of a target; null when something that goes into it is not known yet, such as a source that was never unpacked.</summary>
    public async Task<TargetRecipe?> FindAsync(Target target, CancellationToken cancel)
    {
        var made = target.Ingredients;
        var against = ImmutableSortedDictionary.CreateBuilder<string, Digest>(StringComparer.Ordinal);
        foreach (var one in made.BuiltAgainst)
        {
            if (await engine.RecallAsync(one.Payload, cancel) is not { } payload)
                return null;
            against[one.Id.Name.ToString()] = payload.Tree;
        }

        if (await engine.RecallAsync(made.Source, cancel) is not { } source || await TreesAsync(made.BuildRoot, cancel) is not { } root
            || await FilesAsync(made.Archives, cancel) is not { } files || await engine.ActionOfAsync(target.Build, cancel) is not { } action)
            return null;

        return DraftOf(target) with
        {
            Action = action,
            Source = source.Tree,
            SourceFiles = files,
            BuildRoot = root,
            BuiltAgainst = against.Count == 0 ? null : against.ToImmutable(),
        };
    }

    /// <summary>What of a recipe is known from the plan alone.</summary>
    private TargetRecipe DraftOf(Target target)
    {
        var made = target.Ingredients;
        ImmutableArray<RecordedFile> archives = [.. made.BuildRoot.SelectMany(step => step.Sources).OfType<ComposeSource.Archive>().Select(archive => new RecordedFile(archive.File.Name, archive.File.Sha256.ToString(), archive.File.Size ?? 0))];
        return new TargetRecipe
        {
            Target = target.Id.Name.ToString(),
            Platform = target.Id.Platform.ToString(),
            Toolchain = target.Id.Toolchain,
            Tool = tool,
            Index = index,
            Key = target.Payload.Key,
            Action = default,
            SourceDateEpoch = target.SourceDate.ToUnixTimeSeconds(),
            Source = default,
            SourceFiles = [],
            BuildRoot = [],
            Packages = PackagesOf(target).ToDigest(),
            ToolchainArchives = archives.IsEmpty ? null : archives,
            Configure = made.Configure.IsEmpty ? null : made.Configure,
            Script = Digest.Of(Encoding.UTF8.GetBytes(made.Script.Render())),
        };
    }

    /// <summary>The recipe of a target that is built: what is not remembered of its inputs any more is unpacked again.</summary>
    /// <exception cref="UserErrorException">It is unavailable.</exception>
    public async Task<TargetRecipe> GetAsync(Target target, CancellationToken cancel)
    {
        if (await FindAsync(target, cancel) is { } known)
            return known;

        await engine.GetAllAsync([target.Build, .. target.Build.Inputs, target.Ingredients.Source, .. target.Ingredients.Archives, .. target.Ingredients.BuiltAgainst.Select(one => one.Payload)], cancel);
        return await FindAsync(target, cancel) ?? throw new InvalidOperationException($"not everything that `{target}` is made of is remembered");
    }

    /// <summary>
    /// What differs between what a target is declared to be made of and an earlier recipe, in words: the files of its source,
    /// the script, packages, configure arguments. Nothing need be downloaded to know it.
    /// </summary>
    public IReadOnlyList<string> DeclaredDifferences(Target target, TargetRecipe earlier, PackageClosure? earlierPackages)
    {
        var declared = target.Ingredients.Archives.SelectMany(archive => archive.Files).Select(file => file.File.Sha256.ToString()).ToHashSet(StringComparer.Ordinal);
        var gone = earlier.SourceFiles.Where(file => !declared.Contains(file.Sha256)).ToArray();
        var draft = DraftOf(target);
        return
        [
            .. gone.Select(file => $"source {file.Name}: was sha256 {file.Sha256}, is {string.Join(" or ", declared.Select(sha256 => $"sha256 {sha256}"))}"),
            // What is only known once it is unpacked or composed is taken to be as it was.
            .. (draft with { Source = earlier.Source, BuildRoot = earlier.BuildRoot, BuiltAgainst = earlier.BuiltAgainst, Action = earlier.Action })
                .DifferencesFrom(earlier, PackagesOf(target), earlierPackages),
        ];
    }

    /// <summary>The packages of the root that a target is built in.</summary>
    public static PackageClosure PackagesOf(Target target) => PackageClosure.Of(target.Ingredients.BuildRoot.SelectMany(root => root.Packages));

    private async Task<ImmutableArray<Digest>?> TreesAsync(ImmutableArray<ComposeStep> steps, CancellationToken cancel)
    {
        var trees = ImmutableArray.CreateBuilder<Digest>(steps.Length);
        foreach (var step in steps)
        {
            if (await engine.RecallAsync(step, cancel) is not { } known)
                return null;
            trees.Add(known.Tree);
        }

        return trees.MoveToImmutable();
    }

    private async Task<ImmutableArray<RecordedFile>?> FilesAsync(ImmutableArray<UnpackStep> archives, CancellationToken cancel)
    {
        var files = ImmutableArray.CreateBuilder<RecordedFile>(archives.Length);
        foreach (var archive in archives)
        {
            if (await engine.RecallAsync(archive, cancel) is not { File: { } used })
                return null;
            files.Add(new RecordedFile(archive.Files.First(file => file.File.Sha256 == used.Hash).Label, used.Hash.ToString(), used.Size));
        }

        return files.MoveToImmutable();
    }
}
