using Monogres.Core;

namespace Monogres.Packaging.Rpm;

/// <summary>Why a payload cannot be packed.</summary>
internal static class RpmErrors
{
    public static UserErrorException NoArchitecture(string architecture) => new($"rpm packages are not made for the processor `{architecture}`", "known are amd64 and arm64");

    public static UserErrorException BadPath(RelativePath path) => new(
        $"`{path}` cannot be in an rpm package: the list of its files would mean other files by it",
        "install it under a name without quotes, backslashes, line breaks and the characters `*?[]{}`");
}
