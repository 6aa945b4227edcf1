using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Results.Records;
using Monogres.Store.Disk;

namespace Monogres.Proof.Provenance;

/// <summary>What a build of one target has written: its packages, and the manifest beside them.</summary>
/// <param name="Directory">Where they are.</param>
/// <param name="Name">The name of the manifest without its ending, with which the names of attestation files begin: <c>postgres-15.18-minimal-debian12-amd64</c>.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Text">The manifest as it is in its file.</param>
public sealed record ArtifactSet(string Directory, string Name, TargetManifest Manifest, byte[] Text)
{
    /// <summary>The file with its signed statements.</summary>
    public string AttestationPath => Path.Combine(Directory, Name + ArtifactFiles.Attestation);

    /// <summary>The target.</summary>
    /// <exception cref="FormatException">The manifest names none.</exception>
    public TargetId Target => new(TargetName.Parse(Manifest.Recipe.Target), PlatformName.Parse(Manifest.Recipe.Platform), Manifest.Recipe.Toolchain);

    /// <summary>Its files as subjects, read now: the packages, the manifest and the list of packages that it refers to.</summary>
    /// <exception cref="UserErrorException">One is missing, or not as the manifest says.</exception>
    public async Task<ImmutableArray<Subject>> SubjectsAsync(CancellationToken cancel)
    {
        var subjects = ImmutableArray.CreateBuilder<Subject>();
        foreach (var file in Manifest.Files)
        {
            var digest = await DigestAsync(file.Name, cancel);
            if (!string.Equals(digest.Hash.ToString(), file.Sha256, StringComparison.Ordinal))
                throw ArtifactErrors.Differs(Path.Combine(Directory, file.Name), Name, file.Sha256, digest.Hash.ToString());
            subjects.Add(new Subject(file.Name, digest.Hash));
        }

        var (packages, listed) = (Manifest.Recipe.Packages, ArtifactFiles.PackagesOf(Manifest.Recipe));
        if (await DigestAsync(listed, cancel) is var found && found != packages)
            throw ArtifactErrors.Differs(Path.Combine(Directory, listed), Name, packages.Hash.ToString(), found.Hash.ToString());
        subjects.Add(new Subject(listed, packages.Hash));
        subjects.Add(new Subject(Name + ArtifactFiles.Manifest, Sha256Hash.Of(Text)));
        return subjects.ToImmutable();
    }

    /// <summary>The set with this manifest.</summary>
    /// <exception cref="UserErrorException">The file is no manifest.</exception>
    internal static ArtifactSet Of(string path, byte[] text)
    {
        try
        {
            return new ArtifactSet(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path), TargetManifest.Parse(Encoding.UTF8.GetString(text)), text);
        }
        catch (System.Text.Json.JsonException error)
        {
            throw ArtifactErrors.NotAManifest(path, error.Message);
        }
    }

    private async Task<Digest> DigestAsync(string name, CancellationToken cancel)
    {
        try
        {
            return await HashedFiles.ReadAsync(Path.Combine(Directory, name), cancel);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ArtifactErrors.Missing(Path.Combine(Directory, name), Name);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw ArtifactErrors.Unreadable(Path.Combine(Directory, name), trouble);
        }
    }
}
