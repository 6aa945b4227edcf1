using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Platforms.Signatures;
using Monogres.Store.Locks;

namespace Monogres.Packaging.Repositories.Yum;

/// <summary>
/// A signed yum repository in a directory, as any web server can serve it. What is published stays: packages are added, never
/// replaced. Metadata and their signature are two files, which nothing renames at once; so each state has a directory, and
/// <c>repodata</c> is a link to that of the newest, replaced last. The same packages give the same repository, in whatever order
/// they were added. Packages are signed too, since clients ask for that by default.
/// </summary>
/// <param name="directory">The repository; absolute. Made when it is not there.</param>
/// <param name="signer">Signs it and its packages.</param>
/// <param name="time">Says now, which is written nowhere.</param>
public sealed class YumRepository(string directory, ReleaseSigner signer, TimeProvider time)
{
    /// <summary>The public key in the repository, for clients.</summary>
    public const string KeyFile = "RPM-GPG-KEY-monogres";

    /// <summary>What clients put into <c>/etc/yum.repos.d</c>.</summary>
    public const string ClientFile = "monogres.repo";

    private const string Kind = "yum", Current = "repodata", States = "metadata", Snapshots = "snapshots", FromSnapshot = "../../";

    // Clients may still be reading what an older repomd.xml names.
    private const int StatesKept = 3;

    private const int LengthOfState = 16;

    /// <summary>Adds packages, and signs. Runs in one directory wait for each other.</summary>
    /// <param name="publication">The packages.</param>
    /// <param name="waiting">Told when another run is waited for, or null.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">Something of it cannot be published: the repository is as it was.</exception>
    public async Task<Published> PublishAsync(YumPublication publication, IProgress<LockHolder>? waiting, CancellationToken cancel)
    {
        Check(directory, publication);
        return await RepositoryFolder.ChangeAsync(directory, Kind, files => PublishAsync(publication, files, cancel), waiting, cancel);
    }

    /// <summary>Refuses what can be seen to be wrong without publishing anything: before long work is begun.</summary>
    /// <param name="directory">The repository; absolute.</param>
    /// <param name="publication">The packages.</param>
    /// <exception cref="UserErrorException">A name, a file or the directory cannot be what it is given as.</exception>
    public static void Check(string directory, YumPublication publication) => RepositoryFolder.Check(directory, Kind, publication);

    private async Task<Published> PublishAsync(YumPublication publication, StagedFiles files, CancellationToken cancel)
    {
        var before = await ReadIndexAsync(Current, publication.OldKey, "the repository", cancel);
        if (before is null && publication.Files.IsEmpty)
            throw YumErrors.NothingToPublish();

        var packages = new PublishedPackages<YumPackage>(YumPackage.Order, await ReadPackagesAsync(before, cancel));
        foreach (var file in publication.Files)
        {
            var (staged, package, built) = await SignAsync(file, files, cancel);
            await packages.AddAsync(package, file, staged, built, publication, files, cancel);
        }

        var date = RepositoryDate.Of("the repository", publication.Date, packages.Newest, before?.Date, time.GetUtcNow());
        var (index, metadata) = await WriteMetadataAsync(packages.All, prefix: "", date, files, cancel);
        if (publication.Snapshot is { } name)
            await StageSnapshotAsync(name, packages.All, date, publication.OldKey, files, cancel);

        await files.PlaceTextAsync(Encoding.ASCII.GetBytes(signer.PublicKey), KeyFile, cancel);
        if (publication.Address is { } address)
            await files.PlaceTextAsync(Encoding.UTF8.GetBytes(ClientText(address)), ClientFile, cancel);

        var state = $"{States}/{Digest.Of(Encoding.UTF8.GetBytes(index.ToString())).Hash.ToString()[..LengthOfState]}";
        var older = OlderStates(state);
        await StageAsync(index, metadata, state, files, cancel);
        StageOlder(older.Take(StatesKept - 1), state, files);
        await files.CommitAsync(cancel);
        Point(Current, state, files);
        foreach (var old in older.Skip(StatesKept - 1))
            old.Delete(recursive: true);
        return packages.ToPublished(date);
    }

    /// <summary>The signed index of the repository or a snapshot, when it is there; it must be signed by the key that it should be signed by.</summary>
    private async Task<YumIndex?> ReadIndexAsync(string place, Keyring? oldKey, string what, CancellationToken cancel)
    {
        var file = Path.Combine(directory, place, YumIndex.Name);
        if (!File.Exists(file))
            return null;

        var (text, signature) = (await File.ReadAllBytesAsync(file, cancel), await ReadAsync($"{place}/{YumIndex.Signature}", cancel));
        SignedBefore.Verify(signer, oldKey, what, key => ReleaseSignature.VerifyDetached(text, signature, file, key, time));
        try
        {
            return YumIndex.Parse(Encoding.UTF8.GetString(text));
        }
        catch (FormatException error)
        {
            throw RepositoryErrors.Damaged($"{place}/{YumIndex.Name}", error.Message);
        }
    }

    private async Task<List<YumPackage>> ReadPackagesAsync(YumIndex? index, CancellationToken cancel)
    {
        List<YumPackage> packages = [];
        if (index is null)
            return packages;

        try
        {
            var files = (await Task.WhenAll(index.Files.Select(file => Task.Run(() => ReadFileAsync(file.Kind, file.Digest, cancel), cancel)))).ToDictionary(StringComparer.Ordinal);
            var parts = YumMetadata.Kinds.Select(kind => YumMetadata.Split(files[kind.Name])).ToArray();
            var lines = Encoding.UTF8.GetString(files[YumIndex.Packages]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < lines.Length; i++)
                packages.Add(YumPackage.Parse(lines[i], [.. parts.Select(kind => kind[i])]));
        }
        catch (Exception error) when (error is FormatException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            throw RepositoryErrors.Damaged(Current, error.Message);
        }

        return packages;
    }

    private async Task<KeyValuePair<string, byte[]>> ReadFileAsync(string kind, Digest digest, CancellationToken cancel)
    {
        var path = $"{Current}/{YumIndex.FileOf(kind, digest)}";
        var content = await ReadAsync(path, cancel);
        return Digest.Of(content) == digest ? new(kind, content) : throw RepositoryErrors.Damaged(path, $"its digest should be {digest}");
    }

    /// <summary>Signs a package, and stages it.</summary>
    private async Task<(string Staged, YumPackage Package, DateTimeOffset Date)> SignAsync(string file, StagedFiles files, CancellationToken cancel)
    {
        var (copy, unsigned) = await files.CopyAsync(file, cancel);
        try
        {
            await using var built = File.OpenRead(copy);
            var rpm = await RpmFile.ReadAsync(built, cancel);
            var (staged, digest) = await files.WriteAsync(output => rpm.WriteSignedAsync(built, output, signer, cancel), cancel);
            await using var signed = File.OpenRead(staged);
            var range = (await RpmFile.ReadAsync(signed, cancel)).HeaderRange;
            return (staged, YumPackage.Of(rpm, digest, range, unsigned), DateTimeOffset.FromUnixTimeSeconds(rpm.Header.Number(RpmTag.BuildTime) ?? 0));
        }
        catch (FormatException error)
        {
            throw YumErrors.NotAnRpm(file, error);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>Writes the metadata, and says what each file has become.</summary>
    private static async Task<(YumIndex Index, ImmutableArray<(string Staged, string Name, Digest Digest)> Files)> WriteMetadataAsync(
        IReadOnlyCollection<YumPackage> packages, string prefix, DateTimeOffset date, StagedFiles files, CancellationToken cancel)
    {
        // Of a large repository each is megabytes: together they take as long as the largest.
        Task<(string Kind, string Staged, Digest Digest)> StartAsync(string kind, Func<Stream, Task> write) => Task.Run(async () =>
        {
            var (staged, digest) = await files.WriteAsync(write, cancel);
            return (kind, staged, digest);
        }, cancel);
        var written = await Task.WhenAll(
        [
            .. YumMetadata.Kinds.Select((kind, i) => StartAsync(kind.Name, output => YumMetadata.WriteAsync(i, packages, prefix, output, cancel))),
            StartAsync(YumIndex.Packages, output => WriteListAsync(packages, output, cancel)),
        ]);
        return (
            new YumIndex(date, [.. written.Select(file => (file.Kind, file.Digest))]),
            [.. written.Select(file => (file.Staged, YumIndex.FileOf(file.Kind, file.Digest), file.Digest))]);
    }

    private static async Task WriteListAsync(IEnumerable<YumPackage> packages, Stream output, CancellationToken cancel)
    {
        foreach (var package in packages)
            await output.WriteAsync(Encoding.UTF8.GetBytes(package.Line + "\n"), cancel);
    }

    private async Task StageAsync(YumIndex index, ImmutableArray<(string Staged, string Name, Digest Digest)> metadata, string place, StagedFiles files, CancellationToken cancel)
    {
        foreach (var (staged, name, digest) in metadata)
        {
            if (!await files.PlaceAsync(staged, digest, $"{place}/{name}", cancel))
                File.Delete(staged);
        }

        var text = Encoding.UTF8.GetBytes(index.ToString());
        await files.PlaceTextAsync(Encoding.ASCII.GetBytes(signer.SignDetached(text, index.Date)), $"{place}/{YumIndex.Signature}", cancel);
        await files.PlaceTextAsync(text, $"{place}/{YumIndex.Name}", cancel);
    }

    /// <summary>
    /// What older states name is in the new one too: a client asks for it below <c>repodata</c>, wherever that leads by then. By links, since
    /// those files can be large and are kept as long as the links are needed.
    /// </summary>
    private static void StageOlder(IEnumerable<DirectoryInfo> states, string place, StagedFiles files)
    {
        foreach (var state in states)
        {
            foreach (var (kind, digest) in IndexOf(state)?.Files ?? [])
            {
                var name = YumIndex.FileOf(kind, digest);
                if (File.Exists(Path.Combine(state.FullName, name)))
                    files.PlaceLink($"../{state.Name}/{name}", $"{place}/{name}");
            }
        }
    }

    private static YumIndex? IndexOf(DirectoryInfo state)
    {
        try
        {
            return YumIndex.Parse(File.ReadAllText(Path.Combine(state.FullName, YumIndex.Name)));
        }
        catch (Exception error) when (error is FormatException or FileNotFoundException)
        {
            // Of a run that was killed: no client knows it.
            return null;
        }
    }

    /// <summary>The other states, the one that clients see first and then the newest.</summary>
    private List<DirectoryInfo> OlderStates(string state)
    {
        var states = new DirectoryInfo(Path.Combine(directory, States));
        var current = Path.GetFileName(new FileInfo(Path.Combine(directory, Current)).LinkTarget);
        return states.Exists
            ? [.. states.EnumerateDirectories().Where(old => !string.Equals(old.Name, Path.GetFileName(state), StringComparison.Ordinal))
                .OrderByDescending(old => string.Equals(old.Name, current, StringComparison.Ordinal)).ThenByDescending(old => old.LastWriteTimeUtc).ThenBy(old => old.Name, StringComparer.Ordinal)]
            : [];
    }

    private async Task StageSnapshotAsync(string name, IReadOnlyCollection<YumPackage> packages, DateTimeOffset date, Keyring? oldKey, StagedFiles files, CancellationToken cancel)
    {
        var place = $"{Snapshots}/{name}";
        var (index, metadata) = await WriteMetadataAsync(packages, FromSnapshot, date, files, cancel);
        if (await ReadIndexAsync($"{place}/{Current}", oldKey, $"the snapshot `{name}`", cancel) is { } there && !string.Equals(there.ToString(), index.ToString(), StringComparison.Ordinal))
            throw RepositoryErrors.OtherSnapshot(name, "the repository");

        await StageAsync(index, metadata, $"{place}/{Current}", files, cancel);
    }

    private async Task<byte[]> ReadAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllBytesAsync(Path.Combine(directory, path), cancel);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw RepositoryErrors.Damaged(path, "it is missing");
        }
    }

    /// <summary>Replaces a link by one that leads elsewhere, at one moment.</summary>
    private static void Point(string path, string target, StagedFiles files)
    {
        var place = new FileInfo(files.PlaceOf(path));
        if (string.Equals(place.LinkTarget, target, StringComparison.Ordinal))
            return;

        var link = files.Next();
        File.CreateSymbolicLink(link, target);
        File.Move(link, place.FullName, overwrite: true);
    }

    private static string ClientText(Uri address)
    {
        var root = address.AbsoluteUri.TrimEnd('/');
        return $"""
            [monogres]
            name=Monogres
            baseurl={root}/
            enabled=1
            gpgcheck=1
            repo_gpgcheck=1
            gpgkey={root}/{KeyFile}

            """;
    }
}
