using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Proof.Provenance;
using Monogres.Proof.Signatures;

namespace Monogres.Proof.Attestations;

/// <summary>What a file with statements says, as far as it is believed: one signed by none of the keys is not among its statements.</summary>
/// <param name="Path">The file.</param>
/// <param name="Recipes">The recipes in it.</param>
/// <param name="Runs">The runs in it.</param>
/// <param name="Problems">Why lines are not believed, as sentences that name the file.</param>
public sealed record AttestationFile(string Path, ImmutableArray<SignedRecipe> Recipes, ImmutableArray<SignedRun> Runs, ImmutableArray<string> Problems)
{
    // One line of the largest real set has 0.2 MB. What is larger is no attestation, and is not read into memory.
    private const int LargestFile = 64 << 20;

    /// <summary>Reads a file of envelopes, one a line, or of one bundle.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keys">The keys that count.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The file is not there, or cannot be read.</exception>
    public static async Task<AttestationFile> ReadAsync(string path, IReadOnlyCollection<VerificationKey> keys, CancellationToken cancel)
    {
        var (recipes, runs) = (ImmutableArray.CreateBuilder<SignedRecipe>(), ImmutableArray.CreateBuilder<SignedRun>());
        var problems = ImmutableArray.CreateBuilder<string>();
        var number = 0;
        foreach (var line in (await ReadTextAsync(path, cancel)).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            number++;
            try
            {
                var envelope = DsseEnvelope.Parse(line);
                if (envelope.Verify(keys) is not { } key)
                    problems.Add($"line {number} of `{path}` is not signed by {Words(keys)}{(envelope.Signatures[0].KeyId is { Length: > 0 } hint ? $": it names the key {Short(hint)}" : "")}");
                else if (envelope.Type is not Statement.PayloadType)
                    problems.Add($"line {number} of `{path}` has no statement in it, but `{envelope.Type}`");
                else if (Statement.Parse(envelope.Content) is var statement && RunStatement.RecipeOf(statement) is { } recipe)
                    runs.Add(new SignedRun(statement, number, key, recipe));
                else
                    recipes.Add(SignedRecipe.Of(statement, key, Sha256Hash.Of(envelope.Content)));
            }
            catch (FormatException error)
            {
                problems.Add($"line {number} of `{path}` is damaged or cut off: {error.Message}");
            }
        }

        if (number == 0)
            problems.Add($"`{path}` is empty");
        return new AttestationFile(path, recipes.ToImmutable(), runs.ToImmutable(), problems.ToImmutable());
    }

    internal static string Short(string id) => id.Length > 16 ? id[..16] : id;

    private static string Words(IReadOnlyCollection<VerificationKey> keys) => keys.Count == 1 ? $"the key {keys.First()}" : $"any of the {keys.Count} keys";

    private static async Task<string> ReadTextAsync(string path, CancellationToken cancel)
    {
        try
        {
            var bytes = new FileInfo(path) is { Exists: true, Length: > LargestFile } ? throw new UserErrorException($"`{path}` is too large for a file of statements", "leave it out") : await File.ReadAllBytesAsync(path, cancel);
            return Encoding.UTF8.GetString(bytes);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException($"there is no file `{path}`", "name a file that `monogres attest` has written, or the directory with it", inner: missing);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw ArtifactErrors.Unreadable(path, trouble);
        }
    }
}

/// <summary>A recipe, and who signed it.</summary>
/// <param name="Statement">The recipe.</param>
/// <param name="Key">The key that signed it.</param>
/// <param name="Sha256">The digest of the statement: equal for builders that got the same.</param>
/// <param name="Name">The name of the set that it is about.</param>
public sealed record SignedRecipe(Statement Statement, VerificationKey Key, Sha256Hash Sha256, string Name)
{
    /// <summary>Takes a statement for a recipe.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static SignedRecipe Of(Statement statement, VerificationKey key, Sha256Hash sha256)
    {
        if (statement.PredicateType is not SlsaProvenance.PredicateType || statement.Subjects.FirstOrDefault(subject => ArtifactFiles.IsManifest(subject.Name)) is not { } manifest)
            throw new FormatException($"it is no recipe, but `{statement.PredicateType}`, or has no manifest among its subjects");

        // What it names is looked for beside it, and nowhere else.
        return statement.Subjects.FirstOrDefault(subject => subject.Name.Contains('/', StringComparison.Ordinal)) is { } outside
            ? throw new FormatException($"its subject `{outside.Name}` is not the name of a file")
            : new SignedRecipe(statement, key, sha256, System.IO.Path.GetFileNameWithoutExtension(manifest.Name));
    }
}

/// <summary>A run, and who signed it.</summary>
/// <param name="Statement">The run.</param>
/// <param name="Line">Where it is in its file.</param>
/// <param name="Key">The key that signed it.</param>
/// <param name="Recipe">The digest of the recipe that it is of.</param>
public sealed record SignedRun(Statement Statement, int Line, VerificationKey Key, Sha256Hash Recipe);
