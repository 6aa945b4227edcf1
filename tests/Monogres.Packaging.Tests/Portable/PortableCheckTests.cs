using Monogres.Core;
using Monogres.Packaging.Portable;

namespace Monogres.Packaging.Tests.Portable;

public class PortableCheckTests
{
    private static readonly HashSet<RelativePath> Present = [.. ((string[])["bin/psql", "lib/libpq.so.5", "lib/private/lib/libssl-1a2b3c4d.so.3"]).Select(RelativePath.Parse)];

    [Theory]
    [InlineData("bin/psql", "$ORIGIN/../lib", "libpq.so.5")]
    [InlineData("bin/psql", "$ORIGIN/../lib:$ORIGIN/../lib/private/lib", "libssl-1a2b3c4d.so.3")]
    [InlineData("lib/private/lib/libcurl-1a2b3c4d.so.4", "$ORIGIN", "libssl-1a2b3c4d.so.3")]
    [InlineData("bin/psql", null, "libc.so.6")]
    public void What_is_found_in_the_tree_or_is_of_the_C_library_is_no_problem(string path, string? runpath, string library) => Assert.Equal([], Problems(path, runpath, library));

    [Theory]
    [InlineData("bin/psql", null, "libpq.so.5", "it looks nowhere in the tree")]
    [InlineData("bin/psql", "$ORIGIN", "libpq.so.5", "$ORIGIN")]
    [InlineData("bin/psql", "/usr/lib", "libpq.so.5", "/usr/lib")]
    [InlineData("bin/psql", "$ORIGIN/../../../lib", "libpq.so.5", "$ORIGIN/../../../lib")]
    [InlineData("bin/psql", "$ORIGIN/../lib", "libssl.so.3", "$ORIGIN/../lib")]
    public void What_would_come_from_the_machine_is_named_with_the_file_that_needs_it(string path, string? runpath, string library, string where) =>
        Assert.Equal([$"`{path}` needs `{library}`, which is not where it looks: {where}"], Problems(path, runpath, library));

    private static IReadOnlyList<string> Problems(string path, string? runpath, string library) => PortableCheck.Problems([new LinkedBinary(RelativePath.Parse(path), [library], runpath)], Present);
}
