using Monogres.Core;

namespace Monogres.Packaging.Oci.Images;

/// <summary>Why an image cannot be made.</summary>
internal static class OciErrors
{
    public static UserErrorException NoLibrary(RelativePath path, string library) => new(
        $"`{path}` needs `{library}`, and none of the packages that it runs with has that library",
        "name the package set that has it as one that is needed at run time");

    public static UserErrorException WithExtension(string target) => new(
        $"`{target}` is an extension, and extensions are put into the image of a server",
        "name the server, and the extension behind `--with`") { ExitCode = ExitCode.Usage };
}
