using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Packages;
using Monogres.Platforms.Signatures;
using Monogres.Store.Archives;
using Monogres.Store.Locks;

namespace Monogres.Packaging.Repositories.Apt;

/// <summary>
/// A signed apt repository in a directory, as any web server can serve it. What is published stays: packages are added, never
/// replaced. The state of a suite is its <c>InRelease</c> file with the indices that it names, and that file is renamed to its
/// place after everything that it names; so a client, and the next run after one that was killed, sees the suite before or after
/// a publication. The same packages give the same repository, in whatever order they were added.
/// </summary>
/// <param name="directory">The repository; absolute. Made when it is not there.</param>
/// <param name="signer">Signs it.</param>
/// <param name="compressions">The forms of the indices besides the plain one.</param>
/// <param name="time">Says now, which is written only where a release is valid for a time; and waits for others.</param>
public sealed partial class AptRepository(string directory, ReleaseSigner signer, ImmutableArray<IndexCompression> compressions, TimeProvider time)
{
    /// <summary>The public key in the repository, for clients.</summary>
    public const string KeyFile = "archive-keyring.asc";

    private const string Kind = "apt";

    // Clients may still be reading what an older InRelease names. As many as apt-ftparchive keeps.
    private const int GenerationsKept = 3;

    /// <summary>Adds packages to a suite, and signs it. Runs in one directory wait for each other.</summary>
    /// <param name="publication">The packages and the suite.</param>
    /// <param name="waiting">Told when another run is waited for, or null.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">Something of it cannot be published: the repository is as it was.</exception>
    public async Task<Published> PublishAsync(AptPublication publication, IProgress<LockHolder>? waiting, CancellationToken cancel)
    {
        Check(directory, publication);
        return await RepositoryFolder.ChangeAsync(directory, Kind, files => PublishAsync(publication, files, cancel), waiting, cancel);
    }

    /// <summary>Refuses what can be seen to be wrong without publishing anything: before long work is begun.</summary>
    /// <param name="directory">The repository; absolute.</param>
    /// <param name="publication">The packages and the suite.</param>
    /// <exception cref="UserErrorException">A name, a file or the directory cannot be what it is given as.</exception>
    public static void Check(string directory, AptPublication publication)
    {
        CheckNames(publication);
        RepositoryFolder.Check(directory, Kind, publication);
    }

    private async Task<Published> PublishAsync(AptPublication publication, StagedFiles files, CancellationToken cancel)
    {
        var (suite, component) = (publication.Suite, publication.Component);
        var suitePath = $"dists/{suite}";
        var before = await ReadReleaseAsync(suitePath, publication.OldKey, cancel) is { } text ? Parse(text, suitePath) : null;
        if (before is null && publication.Files.IsEmpty)
            throw AptErrors.NothingToPublish(suite);
        if (File.Exists(files.PlaceOf($"{suitePath}/{component}/InRelease")))
            throw AptErrors.NameTaken("component", component, "a snapshot");

        var packages = new PublishedPackages<AptPackage>(AptPackage.Order, await ReadPackagesAsync(suitePath, component, before, cancel));
        foreach (var file in publication.Files)
        {
            var (staged, digest) = await files.CopyAsync(file, cancel);
            var (package, date) = await ReadPackageAsync(file, staged, digest, component, cancel);
            await packages.AddAsync(package, file, staged, date, publication, files, cancel);
        }

        var own = await WriteIndicesAsync(packages.All, component, files, cancel);
        var others = (before?.Files ?? FrozenDictionary<string, Digest>.Empty)
            .Where(file => !file.Key.StartsWith($"{component}/", StringComparison.Ordinal))
            .Select(file => new AptIndex(files.PlaceOf(ByHash($"{suitePath}/{file.Key}", file.Value)), file.Key, file.Value));
        ImmutableArray<AptIndex> all = [.. own, .. others];
        var release = new AptRelease
        {
            Suite = suite,
            Date = DateOf(publication, packages.Newest, before?.Date),
            Files = all.ToImmutableSortedDictionary(index => index.Path, index => index.Digest, StringComparer.Ordinal),
        };
        if (publication.Snapshot is { } name)
            await StageSnapshotAsync(name, release, all, publication.OldKey, files, cancel);

        var end = publication.ValidFor is { } span ? release.Date + span : (DateTimeOffset?)null;
        if (end <= time.GetUtcNow())
            throw AptErrors.Expired(end.Value);

        await StageIndicesAsync(own, suitePath, files, cancel);
        await files.PlaceTextAsync(Encoding.ASCII.GetBytes(signer.PublicKey), KeyFile, cancel);
        await StageReleaseAsync(release with { ValidUntil = end }, suitePath, files, cancel);
        await files.CommitAsync(cancel);
        RemoveOldIndices(files.PlaceOf($"{suitePath}/{component}"), release, before);
        return packages.ToPublished(release.Date);
    }

    /// <summary>The signed text of a suite or a snapshot, when it is there; it must be signed by the key that it should be signed by.</summary>
    private async Task<string?> ReadReleaseAsync(string path, Keyring? oldKey, CancellationToken cancel)
    {
        var file = Path.Combine(directory, path, "InRelease");
        if (!File.Exists(file))
            return null;

        var signed = await File.ReadAllBytesAsync(file, cancel);
        return SignedBefore.Verify(signer, oldKey, $"the suite `{path["dists/".Length..]}`", key => ReleaseSignature.Verify(signed, file, key, time).Text);
    }

    private static ReleaseFile Parse(string text, string path)
    {
        try
        {
            return ReleaseFile.Parse(text);
        }
        catch (FormatException error)
        {
            throw RepositoryErrors.Damaged($"{path}/InRelease", error.Message);
        }
    }

    private async Task<List<AptPackage>> ReadPackagesAsync(string suitePath, string component, ReleaseFile? release, CancellationToken cancel)
    {
        List<AptPackage> packages = [];
        var indices = (release?.Files ?? FrozenDictionary<string, Digest>.Empty).Where(file => file.Key.StartsWith($"{component}/binary-", StringComparison.Ordinal) && file.Key.EndsWith("/Packages", StringComparison.Ordinal));
        foreach (var (path, digest) in indices)
        {
            // By its digest, since a run that was killed may have left newer content under the name.
            var file = ByHash($"{suitePath}/{path}", digest);
            try
            {
                var bytes = await File.ReadAllBytesAsync(Path.Combine(directory, file), cancel);
                if (Digest.Of(bytes) != digest)
                    throw RepositoryErrors.Damaged(file, $"its digest should be {digest}");
                packages.AddRange(AptPackage.ParseIndex(Encoding.UTF8.GetString(bytes)));
            }
            catch (Exception error) when (error is FormatException or FileNotFoundException or DirectoryNotFoundException)
            {
                throw RepositoryErrors.Damaged(file, error is FormatException ? error.Message : "it is missing");
            }
        }

        return packages;
    }

    private static async Task<(AptPackage Package, DateTimeOffset Date)> ReadPackageAsync(string file, string staged, Digest digest, string component, CancellationToken cancel)
    {
        try
        {
            await using var deb = File.OpenRead(staged);
            var control = await DebReader.ReadControlAsync(deb, cancel);
            return (AptPackage.Of(control.Text, digest, component), control.Date);
        }
        catch (Exception error) when (error is ArchiveException or FormatException)
        {
            throw AptErrors.NotADeb(file, error);
        }
    }

    private DateTimeOffset DateOf(AptPublication publication, DateTimeOffset? newest, DateTimeOffset? before)
    {
        var now = time.GetUtcNow();
        var given = publication.Date ?? (publication.ValidFor is null ? null : DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()));
        return RepositoryDate.Of("the suite", given, newest, before, now);
    }

    /// <summary>Writes the indices of a component. A package for any processor is in the index of each, as all clients understand it.</summary>
    private async Task<ImmutableArray<AptIndex>> WriteIndicesAsync(IReadOnlyCollection<AptPackage> packages, string component, StagedFiles files, CancellationToken cancel)
    {
        var architectures = packages.Select(package => package.Architecture).Distinct(StringComparer.Ordinal).ToArray();
        if (architectures.Length > 1)
            architectures = [.. architectures.Where(architecture => architecture is not AptPackage.AnyArchitecture)];

        var indices = ImmutableArray.CreateBuilder<AptIndex>();
        foreach (var architecture in architectures)
        {
            var path = $"{component}/binary-{architecture}/Packages";
            var listed = packages.Where(package => package.Architecture is AptPackage.AnyArchitecture || string.Equals(package.Architecture, architecture, StringComparison.Ordinal));
            var (plain, digest) = await files.WriteAsync(file => AptPackage.WriteIndexAsync(listed, file, cancel), cancel);
            indices.Add(new AptIndex(plain, path, digest));
            foreach (var compression in compressions)
            {
                var compressed = files.Next();
                await compression.CompressAsync(plain, compressed, cancel);
                indices.Add(new AptIndex(compressed, path + compression.Suffix, await StagedFiles.DigestAsync(compressed, cancel)));
            }
        }

        return indices.ToImmutable();
    }

    /// <summary>Stages indices for a suite or a snapshot: first under the names that never change their content, which clients use.</summary>
    private static async Task StageIndicesAsync(ImmutableArray<AptIndex> indices, string place, StagedFiles files, CancellationToken cancel)
    {
        foreach (var (content, path, digest) in indices)
            await files.PlaceCopyAsync(content, digest, ByHash($"{place}/{path}", digest), cancel);
        foreach (var (content, path, digest) in indices)
            await files.PlaceCopyAsync(content, digest, $"{place}/{path}", cancel);
    }

    private async Task StageSnapshotAsync(string name, AptRelease release, ImmutableArray<AptIndex> indices, Keyring? oldKey, StagedFiles files, CancellationToken cancel)
    {
        // Clients take the part after a slash for part of the suite's name, so the release of the suite serves for the snapshot too.
        var place = $"dists/{release.Suite}/{name}";
        if (release.Components.Contains(name, StringComparer.Ordinal))
            throw AptErrors.NameTaken("snapshot", name, "a component");
        if (await ReadReleaseAsync(place, oldKey, cancel) is { } text && !string.Equals(text, release.ToString(), StringComparison.Ordinal))
            throw RepositoryErrors.OtherSnapshot(name, $"`{release.Suite}`");

        await StageIndicesAsync(indices, place, files, cancel);
        await StageReleaseAsync(release, place, files, cancel);
    }

    private async Task StageReleaseAsync(AptRelease release, string path, StagedFiles files, CancellationToken cancel)
    {
        var text = Encoding.ASCII.GetBytes(release.ToString());
        await files.PlaceTextAsync(text, $"{path}/Release", cancel);
        await files.PlaceTextAsync(Encoding.ASCII.GetBytes(signer.SignDetached(text, release.Date)), $"{path}/Release.gpg", cancel);
        await files.PlaceTextAsync(Encoding.ASCII.GetBytes(signer.Clearsign(release.ToString(), release.Date)), $"{path}/InRelease", cancel);
    }

    private static void RemoveOldIndices(string component, AptRelease release, ReleaseFile? before)
    {
        var named = release.Files.Values.Concat(before?.Files.Values ?? []).Select(digest => digest.Hash.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories(component, "binary-*").Select(folder => Path.Combine(folder, "by-hash", "SHA256")).Where(Directory.Exists))
        {
            var forms = release.Files.Keys.Count(path => path.StartsWith($"{Path.GetFileName(component)}/{Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(folder)))}/", StringComparison.Ordinal));
            foreach (var old in new DirectoryInfo(folder).GetFiles().Where(file => !named.Contains(file.Name)).OrderByDescending(file => file.LastWriteTimeUtc).Skip((GenerationsKept - 2) * forms))
                old.Delete();
        }
    }

    private static string ByHash(string path, Digest digest) => $"{path[..path.LastIndexOf('/')]}/by-hash/SHA256/{digest.Hash}";

    private static void CheckNames(AptPublication publication)
    {
        if (!SuiteForm().IsMatch(publication.Suite))
            throw RepositoryErrors.BadName("suite", publication.Suite, "letters, digits, `.`, `+` and `-`, a letter or digit first: `bookworm`");
        if (!ComponentForm().IsMatch(publication.Component))
            throw RepositoryErrors.BadName("component", publication.Component, "lower-case letters, digits, `.`, `+` and `-`, a letter or digit first: `main`");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9.+-]*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SuiteForm();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.+-]*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ComponentForm();

    /// <summary>An index that was written.</summary>
    /// <param name="Content">Where its content is now.</param>
    /// <param name="Path">Its path below a suite.</param>
    /// <param name="Digest">That of its content.</param>
    private sealed record AptIndex(string Content, string Path, Digest Digest);
}
