using Monogres.Core;
using Monogres.Platforms.Lock;
using Monogres.Testing;

namespace Monogres.Platforms.Tests.Lock;

public class PackagesLockTests
{
    private static readonly PackagesLock Sample = new()
    {
        Version = 1,
        Platform = "test-amd64",
        Archive = "debian",
        Suite = "bookworm",
        Component = "main",
        Architecture = "amd64",
        Release = new LockedRelease { Date = new DateTimeOffset(2026, 7, 11, 10, 16, 37, TimeSpan.Zero), Sha256 = Sha256Hash.Of("release"u8), Snapshot = "20260712T101637Z" },
        Packages = [Package("app", "lib"), Package("g++", "libc"), Package("lib", "app", "libc"), Package("libc"), Package("tool", "lib")],
    };

    [Fact]
    public void A_lock_is_written_with_one_package_to_a_line() => Golden.Match(PackagesLockFile.Write(Sample), "packages.lock.json");

    [Fact]
    public void A_lock_reads_back_as_it_was_written()
    {
        var text = PackagesLockFile.Write(Sample);
        Assert.Equal(text, PackagesLockFile.Write(PackagesLockFile.Read(text, "packages.lock.json", "test-amd64")));
    }

    [Fact]
    public void A_closure_has_what_the_roots_need_sorted_by_name() =>
        Assert.Equal(["app", "lib", "libc", "tool"], Names(Sample.Closure(["tool", "libc"], [])));

    [Fact]
    public void A_closure_does_not_pass_through_what_is_left_out() =>
        Assert.Equal(["libc", "tool"], Names(Sample.Closure(["tool", "libc", "lib"], ["lib", "unheard-of"])));

    [Theory]
    [InlineData("libx4", "libgss2", true)] // a library could not be loaded without it
    [InlineData("libx3-gnutls", "libgss2", true)]
    [InlineData("libx4t64", "libgss2t64", true)]
    [InlineData("libx-dev", "libgss2", false)] // a development package is no library
    [InlineData("x-utils", "libgss2", false)] // a program may do without
    [InlineData("libx4", "tzdata", false)] // no library is omitted
    [InlineData("libx4", "libgss-common", false)]
    public void A_library_has_the_libraries_that_it_is_linked_with_although_they_are_omitted(string asker, string omitted, bool included)
    {
        var sample = Sample with { Packages = [.. new[] { Package(asker, omitted), Package(omitted, "tool"), Package("tool") }.OrderBy(package => package.Name, StringComparer.Ordinal)] };
        Assert.Equal(included ? new[] { asker, omitted, "tool" }.Order(StringComparer.Ordinal) : [asker], Names(sample.Closure([asker], [omitted])));
    }

    [Fact]
    public void A_root_that_is_not_in_the_lock_is_named_with_the_command_that_renews_it()
    {
        var error = Assert.Throws<UserErrorException>(() => Sample.Closure(["tools"], []));
        Assert.Equal("the lock of `test-amd64` has no package `tools`", error.Message);
        Assert.Equal("did you mean `tool`? Otherwise add it to a package set of the platform and renew the lock with `monogres platform lock test-amd64`", error.Hint);
    }

    [Fact]
    public void A_needed_package_that_is_not_in_the_lock_is_named_with_who_asked()
    {
        var broken = Sample with { Packages = [.. Sample.Packages.Where(package => package.Name != "libc")] };
        var error = Assert.Throws<UserErrorException>(() => broken.Closure(["tool"], []));
        Assert.Equal("the lock of `test-amd64` has no package `libc`", error.Message);
        Assert.Equal(["required by lib", "required by tool"], error.Details);
    }

    [Fact]
    public void The_key_of_a_closure_depends_on_its_files_and_not_on_their_order()
    {
        var packages = Sample.Closure(["tool"], []);
        Assert.Equal(PackagesLock.KeyOf(packages), PackagesLock.KeyOf(packages.Reverse()));
        Assert.NotEqual(PackagesLock.KeyOf(packages), PackagesLock.KeyOf(packages.Skip(1)));
        Assert.NotEqual(PackagesLock.KeyOf(packages), PackagesLock.KeyOf([packages[0] with { Sha256 = Sha256Hash.Of("other"u8) }, .. packages.Skip(1)]));
    }

    [Theory]
    [InlineData("\"suite\"", "\"suit\"", "could not be mapped")]
    [InlineData("\"version\": 1,", "\"version\": 1, \"version\": 1,", "Duplicate")]
    [InlineData("\"version\": 1", "\"version\": 2", "its format has version 2, but this program reads version 1")]
    [InlineData("test-amd64", "test-arm64", "it is the lock of test-arm64, not of test-amd64")]
    [InlineData("\"component\": \"main\",\n", "", "component")]
    [InlineData("\"depends\":[\"lib\"]", "\"depends\":[\"lub\"]", "app needs lub, which is not in the lock")]
    [InlineData("\"name\":\"tool\"", "\"name\":\"app\"", "packages must be unique and sorted by name, but app comes after libc")]
    [InlineData("pool/main/tool.deb", "/etc/passwd", "is not a path in an archive")]
    [InlineData("pool/main/tool.deb", "pool/../../x.deb", "is not a path in an archive")]
    [InlineData("\"size\":4", "\"size\":-4", "has a negative size")]
    [InlineData("2026-07-11T10:16:37Z", "yesterday", "'yesterday' is not a date")]
    public void What_is_not_a_lock_is_refused_with_its_fault(string original, string changed, string fault)
    {
        var text = PackagesLockFile.Write(Sample);
        Assert.Contains(original, text, StringComparison.Ordinal);
        var error = Assert.Throws<UserErrorException>(() => PackagesLockFile.Read(text.Replace(original, changed, StringComparison.Ordinal), "packages.lock.json", "test-amd64"));
        Assert.Equal("packages.lock.json is not a package lock", error.Message);
        Assert.Contains(fault, Assert.Single(error.Details), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_that_is_not_there_is_an_error_with_the_command_that_makes_it()
    {
        var error = Assert.Throws<UserErrorException>(() => PackagesLockFile.ReadFile("/nonexistent/packages.lock.json", "test-amd64"));
        Assert.Equal("renew the lock with `monogres platform lock test-amd64`", error.Hint);
    }

    [Fact]
    public void A_stale_pin_says_how_to_renew_the_lock()
    {
        var error = LockErrors.Stale("debian12-amd64", new UserErrorException("cannot download `gcc_12.deb`", "check the network", ["http://mirror/gcc_12.deb: answered 404 Not Found"]));
        Assert.Equal("the lock of `debian12-amd64` may be stale: cannot download `gcc_12.deb`", error.Message);
        Assert.Contains("`monogres platform lock debian12-amd64`", error.Hint, StringComparison.Ordinal);
        Assert.Equal(["http://mirror/gcc_12.deb: answered 404 Not Found"], error.Details);
    }

    [Theory]
    [InlineData("debian11-amd64")]
    [InlineData("debian12-amd64")]
    [InlineData("debian13-amd64")]
    public void The_lock_of_a_platform_is_closed_and_in_its_written_form(string platform)
    {
        var file = Fixtures.Index($"platforms/{platform}/packages.lock.json");
        var packages = PackagesLockFile.ReadFile(file, platform);
        Assert.Equal(File.ReadAllText(file), PackagesLockFile.Write(packages));
        Assert.Equal(packages.Packages.Length, packages.Closure(packages.Packages.Select(package => package.Name), []).Length);
        Assert.Every(packages.Packages, package => Assert.True(package.Path.IsWithin(RelativePath.Parse("pool/main"))));
        foreach (var name in new[] { "bubblewrap", "gcc", "make", "perl", "bison", "flex", "libc6", "tzdata" })
            Assert.NotNull(packages.Find(name));
    }

    private static LockedPackage Package(string name, params string[] depends) => new()
    {
        Name = name,
        Version = "1:2~rc+3-4",
        Architecture = "amd64",
        Sha256 = Sha256Hash.Of(System.Text.Encoding.UTF8.GetBytes(name)),
        Size = name.Length,
        Path = RelativePath.Parse($"pool/main/{name}.deb"),
        Depends = [.. depends],
    };

    private static IEnumerable<string> Names(IEnumerable<LockedPackage> packages) => packages.Select(package => package.Name);
}
