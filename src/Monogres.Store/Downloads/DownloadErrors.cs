using Monogres.Core;

namespace Monogres.Store.Downloads;

/// <summary>A place that did not yield the file.</summary>
/// <param name="Place">Where, without credentials.</param>
/// <param name="Reason">Why not.</param>
public sealed record PlaceFailure(string Place, string Reason);

/// <summary>What can be wrong with downloads, in the user's words.</summary>
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

    /// <summary>Whether some place said that it does not have the file (any more), as opposed to being out of reach.</summary>
    /// <param name="error">Made by <see cref="NoPlaceWorked"/> or <see cref="Several"/>.</param>
    public static bool IsGone(UserErrorException error) => error.Details.Any(line => line.Contains(": answered 404", StringComparison.Ordinal));

    /// <summary>Several files cannot be had.</summary>
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
        missing.Count == 1 ? $"`{missing.First().Name}` is not here, and `--offline` forbids to download it" : $"{missing.Count} files are not here, and `--offline` forbids to download them",
        $"run once without `--offline`, or {MirrorHint}",
        [.. missing.Select(request => $"{request.Name} (sha256 {request.Hash})")]) { Unavailable = true };

    /// <summary>A file is wanted of which only the place is known, and that does not yield it.</summary>
    /// <param name="name">The file.</param>
    /// <param name="failure">The place, and what it said.</param>
    public static UserErrorException PlaceFailed(string name, PlaceFailure failure) => new(
        $"cannot download `{name}`", "check the address, the network and the proxy settings", [$"{failure.Place}: {failure.Reason}"]) { Unavailable = true };

    /// <summary>A file is wanted of which only the place is known, and the network must not be touched.</summary>
    /// <param name="name">The file.</param>
    public static UserErrorException OfflineAtFirstUse(string name) => new(
        $"`{name}` was never had here, and `--offline` forbids to download it", "run once without `--offline`") { Unavailable = true };

    /// <summary>Neither a directory nor a URL.</summary>
    /// <param name="text">What was given.</param>
    public static UserErrorException NotAMirror(string text) => new(
        $"`{text}` is no source mirror",
        "give an absolute directory, or a URL that starts with `https://`, `http://` or `file://`");

    /// <summary>The directory is not there.</summary>
    /// <param name="text">What was given.</param>
    public static UserErrorException MirrorMissing(string text) => new(
        $"the source mirror `{text}` does not exist",
        "make the directory, or leave out `--source-mirror`");
}
