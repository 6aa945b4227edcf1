using Monogres.Core;
using Monogres.Payloads.Extensions;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// The version that <c>CREATE EXTENSION</c> installs, by the control files of a payload. It can be another one than that of the
/// release: pg_cron 1.6.4 has the SQL of 1.6.
/// </summary>
/// <param name="Prefix">Where the payload is installed.</param>
/// <param name="Project">Its project.</param>
/// <param name="Server">The version of the server, by whose rules control files are read.</param>
public sealed record SqlVersion(RelativePath Prefix, ProjectName Project, PgVersion Server)
{
    /// <summary>The version that the control file with the name of the project states; without such a file, the one that all control files agree on. Null when there is none.</summary>
    /// <param name="blobs">Has the payload.</param>
    /// <param name="payload">The tree of the payload.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">A part of the payload is lost.</exception>
    public async ValueTask<string?> FindAsync(IBlobStore blobs, Digest payload, CancellationToken cancel)
    {
        var reader = new ControlFileReader(Server);
        var versions = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (await TreeWalk.FindDirectoryAsync(blobs, payload, Prefix.Combine(InstallationLayout.Extensions), cancel) is not { } directory)
            return null;
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, directory, cancel))
        {
            // `NAME--VERSION.control` is of one version, and states none.
            if (entry is TreeEntry.File file && file.Path.Parent == RelativePath.Root
                && file.Path.Name.EndsWith(InstallationLayout.ControlSuffix, StringComparison.Ordinal) && !file.Path.Name.Contains("--", StringComparison.Ordinal))
                versions.Add(file.Path.Name[..^InstallationLayout.ControlSuffix.Length], reader.Read(file.Path.Name, await blobs.ReadAllAsync(file.Content, cancel)).Control?.DefaultVersion);
        }

        if (versions.TryGetValue(Project.Value, out var own))
            return own;
        return versions.Values.Distinct(StringComparer.Ordinal).ToArray() is [var only] ? only : null;
    }
}
