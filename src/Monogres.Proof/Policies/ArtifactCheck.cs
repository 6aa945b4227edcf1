using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Proof.Attestations;
using Monogres.Proof.Provenance;
using Monogres.Proof.Signatures;
using Monogres.Store.Disk;

namespace Monogres.Proof.Policies;

/// <summary>
/// Checks artifacts against signed statements, with nothing but these files and public keys. A file of statements that is
/// named with them (<c>dist/*</c>) is checked whole: what it states and is not there is missing. A package that is named alone
/// is checked alone.
/// </summary>
/// <param name="policy">What must hold.</param>
/// <param name="builders">Statements of other builders: files, or directories with files of the same names.</param>
public sealed class ArtifactCheck(Policy policy, ImmutableArray<string> builders)
{
    private readonly Dictionary<string, AttestationFile?> _read = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];

    /// <summary>Checks files.</summary>
    /// <param name="files">Packages, what accompanies them, and files of statements; absolute, in the order in which they are reported.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">A file is not there or cannot be read, or none was named that can be checked.</exception>
    public async Task<CheckReport> RunAsync(IReadOnlyList<string> files, CancellationToken cancel)
    {
        var named = files.Where(IsStatements).ToArray();
        var others = builders.Where(File.Exists).ToArray();
        foreach (var path in builders.Where(path => !File.Exists(path) && !Directory.Exists(path)))
            throw new UserErrorException($"there is no file or directory `{path}`", "name the files of other builders that `monogres attest` has written, or the directories with them");

        foreach (var path in named.Concat(others))
            await ReadAsync(path, cancel);

        var verdicts = ImmutableArray.CreateBuilder<ArtifactVerdict>();
        foreach (var file in files.Where(file => !IsStatements(file)))
            verdicts.Add(await VerdictAsync(file, cancel));

        var seen = verdicts.Select(verdict => verdict.File).ToHashSet(StringComparer.Ordinal);
        foreach (var path in named.Select(path => (Path: path, Read: _read[path])))
        {
            foreach (var missing in (path.Read?.Recipes ?? []).SelectMany(recipe => recipe.Statement.Subjects).Where(subject => !subject.IsTree).Select(subject => Path.Combine(Path.GetDirectoryName(path.Path)!, subject.Name)).Distinct(StringComparer.Ordinal))
            {
                if (seen.Add(missing))
                    verdicts.Add(File.Exists(missing) ? await VerdictAsync(missing, cancel) : new ArtifactVerdict(missing, Sha256: null, [], [], IsAccepted: false, $"it is missing, which `{path.Path}` states"));
            }
        }

        return new CheckReport(verdicts.ToImmutable(), [.. _problems, .. StrayRuns()]);
    }

    /// <summary>Whether a file has statements in it.</summary>
    public static bool IsStatements(string path) => path.EndsWith(ArtifactFiles.Attestation, StringComparison.Ordinal) || path.EndsWith(ArtifactFiles.Bundle, StringComparison.Ordinal);

    /// <summary>Runs of recipes that the same builder has not signed beside them: their files were swapped.</summary>
    private IEnumerable<string> StrayRuns()
    {
        var files = _read.Values.OfType<AttestationFile>().ToArray();
        var known = files.SelectMany(file => file.Recipes.Select(recipe => (Path.GetDirectoryName(file.Path), recipe.Key, recipe.Sha256))).ToHashSet();
        return files.SelectMany(file => file.Runs.Where(run => !known.Contains((Path.GetDirectoryName(file.Path), run.Key, run.Recipe))).Select(run => $"line {run.Line} of `{file.Path}` is the run of another recipe than those beside it"));
    }

    private async Task<ArtifactVerdict> VerdictAsync(string file, CancellationToken cancel)
    {
        var (name, digest) = (Path.GetFileName(file), await DigestAsync(file, cancel));
        var recipes = await RecipesOfAsync(file, name, cancel);
        var votes = policy.Keys.Select(key => (Key: key, Recipes: recipes.Where(recipe => recipe.Key.Equals(key)).ToArray())).Where(vote => vote.Recipes.Length > 0)
            .ToLookup(vote => vote.Recipes.Any(recipe => recipe.Statement.Find(name)!.Sha256 == digest));
        ImmutableArray<VerificationKey> agreeing = [.. votes[true].Select(vote => vote.Key)];
        var model = votes[true].SelectMany(vote => vote.Recipes).FirstOrDefault(recipe => recipe.Statement.Find(name)!.Sha256 == digest);
        ImmutableArray<Disagreement> differing =
        [
            .. votes[false].Select(vote => (vote.Key, Recipe: vote.Recipes[0])).Select(vote => new Disagreement(
                vote.Key, vote.Recipe.Statement.Find(name)!.Sha256, model is null ? [] : [.. RecipeDifferences.Between(model.Statement, vote.Recipe.Statement)])),
        ];
        // One who states another digest outweighs nobody where enough others agree, but is told of.
        var refused = policy.ReasonAgainst(name);
        var isAccepted = refused is null && agreeing.Length >= policy.Threshold;
        return new ArtifactVerdict(file, digest, agreeing, differing, isAccepted, refused ?? (isAccepted || differing.Length > 0 ? null : TooFew(agreeing.Length)));
    }

    private string TooFew(int agreeing) => agreeing == 0 ? "no statement that is signed by a given key names it"
        : $"{agreeing} of the {policy.Threshold} builders that must agree {(agreeing == 1 ? "vouches" : "vouch")} for it";

    /// <summary>The recipes that name a file: those beside it, and those of other builders.</summary>
    private async Task<ImmutableArray<SignedRecipe>> RecipesOfAsync(string file, string name, CancellationToken cancel)
    {
        var directory = Path.GetDirectoryName(file)!;
        var found = Naming(name, _read.Where(read => Path.GetDirectoryName(read.Key) is var at && string.Equals(at, directory, StringComparison.Ordinal)).Select(read => read.Value)).ToList();
        if (found.Count == 0)
            found.AddRange(await BesideAsync(directory, name, cancel));
        foreach (var other in builders)
        {
            if (!Directory.Exists(other))
                found.AddRange(Naming(name, [_read[other]]));
            else if (found.Select(recipe => recipe.Name).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } sets)
                foreach (var set in sets)
                    found.AddRange(Naming(name, [await ReadIfThereAsync(Path.Combine(other, set + ArtifactFiles.Attestation), cancel)]));
            else
                found.AddRange(await BesideAsync(other, name, cancel));
        }

        return [.. found.DistinctBy(recipe => (recipe.Key, recipe.Sha256))];
    }

    // Archives and images are called as their set is, and something behind it; for packages of distributions all files are looked through.
    private async Task<IEnumerable<SignedRecipe>> BesideAsync(string directory, string name, CancellationToken cancel)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOfAny(['.', '-'], end - 1))
        {
            if (await ReadIfThereAsync(Path.Combine(directory, name[..end] + ArtifactFiles.Attestation), cancel) is { } near)
                return Naming(name, [near]);
        }

        foreach (var path in Directory.EnumerateFiles(directory, $"*{ArtifactFiles.Attestation}").Order(StringComparer.Ordinal))
        {
            if (Naming(name, [await ReadAsync(path, cancel)]).ToArray() is { Length: > 0 } found)
                return found;
        }

        return [];
    }

    private static IEnumerable<SignedRecipe> Naming(string name, IEnumerable<AttestationFile?> files) =>
        files.SelectMany(file => file?.Recipes ?? []).Where(recipe => recipe.Statement.Find(name) is not null);

    private async Task<AttestationFile?> ReadIfThereAsync(string path, CancellationToken cancel) => File.Exists(path) ? await ReadAsync(path, cancel) : null;

    private async Task<AttestationFile> ReadAsync(string path, CancellationToken cancel)
    {
        if (_read.TryGetValue(path, out var known) && known is not null)
            return known;

        var read = await AttestationFile.ReadAsync(path, policy.Keys, cancel);
        _read[path] = read;
        _problems.AddRange(read.Problems);
        if (path.EndsWith(ArtifactFiles.Attestation, StringComparison.Ordinal) && !builders.Contains(path, StringComparer.Ordinal))
        {
            var expected = Path.GetFileName(path)[..^ArtifactFiles.Attestation.Length];
            foreach (var other in read.Recipes.Select(recipe => recipe.Name).Where(name => !string.Equals(name, expected, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal))
                _problems.Add($"`{path}` has the statement of `{other}` in it: files were swapped");
        }

        return read;
    }

    private static async Task<Sha256Hash> DigestAsync(string file, CancellationToken cancel)
    {
        try
        {
            return (await HashedFiles.ReadAsync(file, cancel)).Hash;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ArtifactErrors.NoFile(file);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw ArtifactErrors.Unreadable(file, trouble);
        }
    }
}
