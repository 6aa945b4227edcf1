using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Store.Downloads;

/// <summary>
/// A directory or URL that is looked at before every other place. Files are found there by name (the last segment of any
/// place, or the request's name) and by digest: <c>&lt;sha256&gt;</c>, <c>&lt;sha256&gt;/&lt;anything&gt;</c>,
/// <c>by-sha256/ab/&lt;sha256&gt;</c>. What has no digest yet is found by the host and path of its address:
/// <c>github.com/pgvector/pgvector/archive/refs/tags/v0.8.0.tar.gz</c>.
/// </summary>
public sealed class SourceMirror
{
    private readonly Uri _base;

    private SourceMirror(Uri location) => _base = location;

    /// <summary>Reads what the user gave: an <c>http</c>, <c>https</c> or <c>file</c> URL, or an absolute directory.</summary>
    /// <exception cref="UserErrorException">It is anything else, or the directory is not there.</exception>
    public static SourceMirror Parse(string text)
    {
        if (!Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var location)
            || location.Scheme is not ("http" or "https" or "file"))
            throw DownloadErrors.NotAMirror(text);

        return location.IsFile && !Directory.Exists(location.LocalPath) ? throw DownloadErrors.MirrorMissing(text) : new SourceMirror(location);
    }

    /// <summary>Where this file may be. Of a directory, only those that are there.</summary>
    internal ImmutableArray<Uri> PlacesOf(DownloadRequest request)
    {
        var hash = request.Hash.ToString();
        var names = request.Places.Select(NameIn).Append(request.Name).Where(name => RelativePath.IsSegment(name)).Distinct(StringComparer.Ordinal).ToArray();
        var paths = names.Append(hash).Append($"by-sha256/{hash[..2]}/{hash}");
        if (!_base.IsFile)
            return [.. paths.Concat(names.Select(name => $"{hash}/{name}")).Select(path => new Uri(_base, string.Join('/', path.Split('/').Select(Uri.EscapeDataString))))];

        var directory = _base.LocalPath;
        var below = Path.Combine(directory, hash);
        return [.. paths.Select(path => Path.Combine(directory, path)).Where(File.Exists)
            .Concat(Directory.Exists(below) ? Directory.EnumerateFiles(below).Order(StringComparer.Ordinal) : [])
            .Select(AsUri)];
    }

    /// <summary>The file at that address, or else of that name, when this is a directory that has it; else null.</summary>
    internal string? FileNamed(string name, Uri address)
    {
        if (!_base.IsFile)
            return null;

        var known = address.IsFile ? null : PlaceOf(address).LocalPath;
        return File.Exists(known) ? known : RelativePath.IsSegment(name) && Path.Combine(_base.LocalPath, name) is var file && File.Exists(file) ? file : null;
    }

    /// <summary>Where the mirror keeps what is at an address, by its host and path.</summary>
    public Uri PlaceOf(Uri address)
    {
        var path = $"{address.Authority}{address.AbsolutePath}";
        return _base.IsFile ? AsUri(Path.Combine(_base.LocalPath, Uri.UnescapeDataString(path))) : new Uri(_base, path + address.Query);
    }

    // The text of a path may hold characters that mean something in a URL.
    private static Uri AsUri(string path) => new("file://" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));

    private static string NameIn(Uri place) => Uri.UnescapeDataString(place.Segments[^1]);

    /// <summary>As the user may see it.</summary>
    public override string ToString() => _base.IsFile ? _base.LocalPath : _base.ToString();
}
