using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Packaging.Deb;
using Monogres.Payloads.Binaries;

namespace Monogres.Packaging.Tests.Deb;

public class FileDependenciesTests
{
    private static readonly RelativePath File = RelativePath.Parse("lib/sample.so");

    private static readonly ImmutableDictionary<string, LibraryPackage> Platform = ((LibraryPackage[])
    [
        new("libc.so.6", "libc6", "2.36-9+deb12u10"),
        new("libm.so.6", "libc6", "2.36-9+deb12u10"),
        new("libstdc++.so.6", "libstdc++6", "12.2.0-14+deb12u1"),
        new("libz.so.1", "zlib1g", "1:1.2.13.dfsg-1"),
        new("libssl.so.3", "libssl3", "3.0.17-1~deb12u2"),
    ]).ToImmutableDictionary(library => library.Library);

    private readonly FileDependencies _dependencies = new(
        Platform, new Dictionary<string, string?> { ["libpq.so.5"] = "postgresql-client-15 (= 15.18-1)", ["implied.so.1"] = null }, new HashSet<string> { "own.so.1" });

    [Fact]
    public void The_newest_symbol_of_all_files_decides_which_release_of_the_C_library_is_needed()
    {
        Add(["libc.so.6"], ("libc.so.6", "GLIBC_2.2.5"), ("libc.so.6", "GLIBC_2.34"));
        Add(["libm.so.6", "libc.so.6"], ("libm.so.6", "GLIBC_2.29"), ("libc.so.6", "GLIBC_2.4"));
        Assert.Equal(["libc6 (>= 2.34)"], _dependencies.Relations);
    }

    [Fact]
    public void Where_symbols_do_not_tell_the_release_is_that_of_the_lock()
    {
        Add(["libstdc++.so.6", "libz.so.1"], ("libstdc++.so.6", "GLIBCXX_3.4.30"));
        Assert.Equal(["libstdc++6 (>= 12.2.0)", "zlib1g (>= 1:1.2.13.dfsg)"], _dependencies.Relations);
    }

    [Fact]
    public void A_symbol_version_without_a_number_asks_for_the_release_of_the_lock()
    {
        Add(["libc.so.6"], ("libc.so.6", "GLIBC_2.34"), ("libc.so.6", "GLIBC_ABI_DT_RELR"));
        Assert.Equal(["libc6 (>= 2.36)"], _dependencies.Relations);
    }

    [Fact]
    public void The_symbols_of_one_library_say_nothing_of_another()
    {
        Add(["libssl.so.3", "libc.so.6"], ("libssl.so.3", "OPENSSL_3.0.0"), ("libc.so.6", "GLIBC_2.34"));
        Assert.Equal(["libc6 (>= 2.34)", "libssl3 (>= 3.0.0)"], _dependencies.Relations);
    }

    [Fact]
    public void Libraries_of_the_same_package_ask_for_nothing_and_those_of_others_for_these()
    {
        Add(["own.so.1", "implied.so.1", "libpq.so.5"]);
        Assert.Equal(["postgresql-client-15 (= 15.18-1)"], _dependencies.Relations);
    }

    [Fact]
    public void A_library_that_no_package_has_is_named_with_the_file() =>
        Assert.Contains("`lib/sample.so` needs `libnone.so.1`", Assert.Throws<UserErrorException>(() => Add(["libnone.so.1"])).Message, StringComparison.Ordinal);

    private void Add(string[] libraries, params (string Library, string Version)[] versions) =>
        _dependencies.Add(File, new FileNeeds([.. libraries], [.. versions.Select(one => new NeededVersion(one.Library, one.Version))], Runpath: null));
}
