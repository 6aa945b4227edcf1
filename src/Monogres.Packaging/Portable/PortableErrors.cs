using Monogres.Core;

namespace Monogres.Packaging.Portable;

/// <summary>Why a payload cannot be made portable.</summary>
internal static class PortableErrors
{
    public static UserErrorException NoLibrary(string file, string library) => new(
        $"`{file}` needs `{library}`, and none of the packages that it runs with has that library",
        "name the package set that has it as one that is needed at run time");

    public static UserErrorException NoText(string package) => new(
        $"the text of the licence of the package `{package}`, whose files would be carried, is not in the packages",
        $"add the package that `/usr/share/doc/{package}` leads to to the package set `{PortableTree.TextsPackageSet}` of the platform, and renew its lock");

    public static UserErrorException NeedsInterpreter(RelativePath file, string library) => new(
        $"`{file}` cannot be portable: it needs `{library}`, and with it the files of an interpreter, which has them at fixed places",
        "build it without `--portable`, for the platform that it runs on");

    public static UserErrorException Escapes(IReadOnlyList<string> problems) => new(
        "the portable tree would need libraries of the machine that it runs on",
        "the library must be in a package that it runs with, or be of the C library",
        problems);

    public static UserErrorException TooNew(string glibc, string platform, string promised) => new(
        $"the portable tree needs glibc {glibc}, and {platform} promises {promised}",
        "a package of the platform was built for a newer one; renew its lock");

    public static UserErrorException PrivateSymbols() => new(
        "a library of the portable tree needs what belongs to one release of the C library (GLIBC_PRIVATE)",
        "it cannot be carried: build without the option that needs it");
}
