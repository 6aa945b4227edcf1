using Monogres.Core;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>Why two things cannot be compared.</summary>
internal static class ComparisonErrors
{
    public static UserErrorException Missing(string path) =>
        new($"there is no `{path}`", "give two files or directories that exist: `monogres compare A B`");

    public static UserErrorException NotComparable(string path) =>
        new($"`{path}` is no file or directory", "a pipe, socket or device has no content that could be compared; write it into a file first");

    public static UserErrorException Unreadable(string path, Exception cause) =>
        new($"cannot read `{path}`: {cause.Message}", "make it readable for you, or copy it to a place where it is", inner: cause);

    public static UserErrorException Damaged(string path, Exception cause) =>
        new($"cannot read `{path}`: {cause.Message}", "the file is damaged or was not written to its end; get or make it again", inner: cause);
}
