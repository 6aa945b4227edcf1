using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Packaging.Repositories;

/// <summary>The packages that a client sees together, while new ones come to them. What is published stays: nothing is replaced.</summary>
/// <typeparam name="T">The packages of one kind of repository.</typeparam>
internal sealed class PublishedPackages<T>
    where T : RepositoryPackage
{
    private readonly SortedSet<T> _packages;
    private readonly Dictionary<string, T> _known = new(StringComparer.Ordinal);
    private readonly ImmutableArray<RelativePath>.Builder _added = ImmutableArray.CreateBuilder<RelativePath>(), _kept = ImmutableArray.CreateBuilder<RelativePath>();

    /// <param name="order">That of the index.</param>
    /// <param name="there">Those that are there.</param>
    public PublishedPackages(IComparer<T> order, IEnumerable<T> there)
    {
        _packages = new SortedSet<T>(order);
        foreach (var package in there)
            Know(package);
    }

    /// <summary>All of them, in their order.</summary>
    public IReadOnlyCollection<T> All => _packages;

    /// <summary>The date of the newest that was added; null when none was.</summary>
    public DateTimeOffset? Newest { get; private set; }

    /// <summary>Adds one that is staged, and says where its file goes.</summary>
    /// <param name="package">The package.</param>
    /// <param name="file">What the user calls its file.</param>
    /// <param name="staged">Its file, as it is published.</param>
    /// <param name="date">When it was made.</param>
    /// <param name="publication">What it is part of.</param>
    /// <param name="files">Where it is staged.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">It may not be published, or something else was under its name.</exception>
    public async Task AddAsync(T package, string file, string staged, DateTimeOffset date, Publication publication, StagedFiles files, CancellationToken cancel)
    {
        if (package.Project is { } project && publication.Redistribution.ReasonAgainst(project, package.License) is { } reason)
            throw RedistributionErrors.Refused(package.Title, project, package.License, reason, file);

        var same = _known.GetValueOrDefault(package.Identity) ?? _known.GetValueOrDefault(package.Path.Value);
        if (same is not null && (same.Digest != package.Digest || same.Path != package.Path || !string.Equals(same.Identity, package.Identity, StringComparison.Ordinal)))
            throw RepositoryErrors.OtherContent(file, package.Digest, same.Path, same.Digest);

        // A file that no index read here names may be that of another suite, or of a run that was killed.
        var place = files.PlaceOf(package.Path.Value);
        if (same is null && File.Exists(place) && await StagedFiles.DigestAsync(place, cancel) is var there && there != package.Digest)
            throw RepositoryErrors.OtherContent(file, package.Digest, package.Path, there);

        if (!await files.PlaceAsync(staged, package.Digest, package.Path.Value, cancel))
            File.Delete(staged);
        (same is null ? _added : _kept).Add(package.Path);
        Newest = Newest > date ? Newest : date;
        Know(package);
    }

    /// <summary>What became of a publication.</summary>
    public Published ToPublished(DateTimeOffset date) => new(date, _packages.Count, _added.ToImmutable(), _kept.ToImmutable());

    private void Know(T package)
    {
        _packages.Add(package);
        _known[package.Identity] = _known[package.Path.Value] = package;
    }
}
