using Monogres.Core;

namespace Monogres.Packaging.Deb;

/// <summary>Why a payload cannot be packed.</summary>
internal static class DebErrors
{
    public static UserErrorException NoPackage(RelativePath path, string library) => new(
        $"`{path}` needs `{library}`, and none of the packages that it runs with has that library",
        "name the package set that has it as one that is needed at run time");

    public static UserErrorException NotDebian(string platform) => new(
        $"Debian packages cannot be made for `{platform}`, which is no release of Debian",
        "name a platform such as `debian12-amd64`, or another format: `monogres build --help` lists them");

    public static UserErrorException PathTooLong(RelativePath path) => new(
        $"`{path}` cannot be in a Debian package: dpkg reads no tar archive with such a path or link",
        "install it under a shorter name, of 100 bytes or less, in directories of 155 bytes or less");
}
