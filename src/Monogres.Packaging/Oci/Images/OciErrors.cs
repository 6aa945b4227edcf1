using Monogres.Core;

namespace Monogres.Packaging.Oci.Images;

/// <summary>Why an image cannot be made.</summary>
internal static class OciErrors
{
    public static UserErrorException NoLibrary(RelativePath path, string library) => new(
        $"`{path}` needs `{library}`, and none of the packages that it runs with has that library",
        "name the package set that has it as one that is needed at run time");

    public static UserErrorException NotAnImage(string file, string reason, Exception? inner) => new(
        $"`{file}` is not an image that `build --format oci` made: {reason}", $"name a whole file that was made so; `skopeo copy oci-archive:{file} docker://REGISTRY/NAME:TAG` pushes images of others", inner: inner);

    public static UserErrorException UnreadableFile(string file, Exception inner) =>
        new($"cannot read `{file}`: {inner.Message}", "name a file that is there and can be read", inner: inner);

    public static UserErrorException WithExtension(string target) => new(
        $"`{target}` is an extension, and extensions are put into the image of a server",
        "name the server, and the extension behind `--with`") { ExitCode = ExitCode.Usage };
}
