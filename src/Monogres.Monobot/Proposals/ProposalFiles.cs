using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Monobot.Proposals;

/// <summary>
/// Proposals in a directory: <c>NAME-VERSION.md</c>, the page, and <c>NAME-VERSION.patch</c>, the change of the index. The patch comes last,
/// so that where it is, all is; each file is there whole or not at all.
/// </summary>
/// <param name="directory">Where; made when it is not there.</param>
public sealed class ProposalFiles(string directory)
{
    /// <summary>The path of a patch.</summary>
    public string PatchOf(string name) => Path.Combine(directory, $"{name}.patch");

    /// <summary>Whether a proposal is there.</summary>
    public bool Has(string name) => File.Exists(PatchOf(name));

    /// <summary>Writes a proposal.</summary>
    /// <exception cref="UserErrorException">The directory cannot be written.</exception>
    public async Task WriteAsync(Proposal proposal, CancellationToken cancel)
    {
        try
        {
            await AtomicFile.WriteTextAsync(Path.Combine(directory, $"{proposal.Name}.md"), ProposalPage.Of(proposal), cancel);
            await AtomicFile.WriteTextAsync(PatchOf(proposal.Name), proposal.Patch, cancel);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write to `{directory}`: {trouble.Message}", "choose another directory with `--output DIR`; what was built remains in the store", inner: trouble);
        }
    }

    /// <summary>The change of an index as one patch.</summary>
    /// <param name="index">The directory of the index.</param>
    /// <param name="prefix">The path of the index in its git repository, with a slash at its end; empty when it is the repository.</param>
    /// <param name="files">The files that change, by their path in the index.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<string> PatchAsync(string index, string prefix, IReadOnlyDictionary<string, string> files, CancellationToken cancel)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, text) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            var path = Path.Combine(index, name);
            parts.Add(LineDifference.Of(prefix + name, File.Exists(path) ? await File.ReadAllTextAsync(path, cancel) : null, text));
        }

        return string.Concat(parts);
    }
}
