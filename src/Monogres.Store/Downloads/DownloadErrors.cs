using Monogres.Core;

namespace Monogres.Store.Downloads;

/// <summary>A place that did not yield the file.</summary>
/// <param name="Place">Where, without credentials.</param>
/// <param name="Reason">Why not.</param>
public sealed record PlaceFailure(string Place, string Reason);

/// <summary>The errors of downloads.</summary>
public static class DownloadErrors
{
    private const string MirrorHint = "give a directory or URL that has the file with `--source-mirror`, by its name or by its digest";

    /// <summary>Every place was tried.</summary>
    /// <param name="request">What was wanted.</param>
    /// <param name="failures">Each place, and what it said.</param>
    public static UserErrorException NoPlaceWorked(DownloadRequest request, IReadOnlyCollection<PlaceFailure> failures) => new(
        $"cannot download `{request.Name}`",
        $"check the network and the proxy settings, or {MirrorHint}",
        [$"sha256 {request.Hash}", .. failures.Count == 0 ? ["no place is known for it"] : failures.Select(failure => $"{failure.Place}: {failure.Reason}")]) { Unavailable = true };

    /// <summary>Whether some place answered that it does not have the file (any more), as opposed to being unreachable.</summary>
    /// <param name="error">Made by <see cref="NoPlaceWorked"/> or <see cref="Several"/>.</param>
    public static bool IsGone(UserErrorException error) => error.Details.Any(line => line.Contains(": answered 404", StringComparison.Ordinal));

    /// <summary>Several files cannot be downloaded.</summary>
    /// <param name="errors">One for each.</param>
    /// <param name="wanted">How many were asked for.</param>
    public static UserErrorException Several(IReadOnlyList<UserErrorException> errors, int wanted) => new(
        $"cannot download {errors.Count} of {wanted} files",
        errors[0].Hint,
        [.. errors.SelectMany(error => error.Details.Select(detail => $"  {detail}").Prepend(error.Message))],
        errors[0]) { Unavailable = true };

    /// <summary>Files are missing and the network must not be touched.</summary>
    /// <param name="missing">All of them.</param>
    public static UserErrorException Offline(IReadOnlyCollection<DownloadRequest> missing) => new(
        missing.Count == 1 ? $"`{missing.First().Name}` is not in the store, and `--offline` forbids downloading it" : $"{missing.Count} files are not in the store, and `--offline` forbids downloading them",
        $"run once without `--offline`, or {MirrorHint}",
        [.. missing.Select(request => $"{request.Name} (sha256 {request.Hash})")]) { Unavailable = true };

    /// <summary>A file is wanted of which only one place is known, and the download from there fails.</summary>
    /// <param name="name">The file.</param>
    /// <param name="failure">The place, and what it said.</param>
    public static UserErrorException PlaceFailed(string name, PlaceFailure failure) => new(
        $"cannot download `{name}`", "check the URL, the network and the proxy settings", [$"{failure.Place}: {failure.Reason}"]) { Unavailable = true };

    /// <summary>A file is wanted of which only one place is known, and the network must not be touched.</summary>
    /// <param name="name">The file.</param>
    public static UserErrorException OfflineOnFirstUse(string name) => new(
        $"`{name}` was never downloaded here, and `--offline` forbids downloading it", "run once without `--offline`") { Unavailable = true };

    /// <summary>Neither a directory nor a URL.</summary>
    /// <param name="text">What was given.</param>
    public static UserErrorException NotAMirror(string text) => new(
        $"`{text}` is not a source mirror",
        "give an absolute directory, or a URL that starts with `https://`, `http://` or `file://`");

    /// <summary>The directory does not exist.</summary>
    /// <param name="text">What was given.</param>
    public static UserErrorException MirrorMissing(string text) => new(
        $"the source mirror `{text}` does not exist",
        "create the directory, or omit `--source-mirror`");
}
