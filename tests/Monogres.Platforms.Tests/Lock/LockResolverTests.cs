using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Platforms.Lock;

namespace Monogres.Platforms.Tests.Lock;

public class LockResolverTests
{
    [Fact]
    public void Everything_that_is_needed_is_taken_and_nothing_else() => Assert.Equal(
        "app: lib; lib: libc; libc:",
        Resolve(["app"], ["app 1 Depends: lib", "lib 1 Pre-Depends: libc", "libc 1", "other 1"]));

    [Fact]
    public void Packages_may_need_each_other() => Assert.Equal(
        "one: two; two: one",
        Resolve(["one"], ["one 1 Depends: two", "two 1 Depends: one, two"]));

    [Fact]
    public void The_first_alternative_that_exists_is_taken() => Assert.Equal(
        "app: two; two:",
        Resolve(["app"], ["app 1 Depends: one | two | three", "two 1", "three 1"]));

    [Fact]
    public void An_alternative_that_is_already_chosen_comes_before_the_first() => Assert.Equal(
        "app: three; three:",
        Resolve(["app", "three"], ["app 1 Depends: two | three", "two 1", "three 1"]));

    [Fact]
    public void An_alternative_whose_version_does_not_fit_is_passed_over() => Assert.Equal(
        "app: two; two:",
        Resolve(["app"], ["app 1 Depends: one (>= 2~) | two", "one 1.9", "two 1"]));

    [Fact]
    public void The_newest_version_of_a_package_is_taken()
    {
        var resolved = Run(["app"], ["app 1.9", "app 1.10", "app 1.2"]);
        Assert.Equal("1.10", Assert.Single(resolved).Version);
    }

    [Fact]
    public void A_virtual_package_is_met_by_the_provider_with_the_smallest_name() => Assert.Equal(
        "app: mawk; mawk:",
        Resolve(["app"], ["app 1 Depends: awk", "original-awk 1 Provides: awk", "mawk 1 Provides: awk"]));

    [Fact]
    public void A_provider_that_is_already_chosen_comes_first() => Assert.Equal(
        "app: original-awk; original-awk:",
        Resolve(["app", "original-awk"], ["app 1 Depends: awk", "original-awk 1 Provides: awk", "mawk 1 Provides: awk"]));

    [Fact]
    public void A_preferred_provider_is_taken() => Assert.Equal(
        "app: original-awk; original-awk:",
        Resolve(["app"], ["app 1 Depends: awk", "original-awk 1 Provides: awk", "mawk 1 Provides: awk"], prefer: ("awk", "original-awk")));

    [Fact]
    public void A_preferred_package_must_provide()
    {
        var error = Assert.Throws<UserErrorException>(() => Resolve(["app"], ["app 1 Depends: awk", "mawk 1 Provides: awk"], prefer: ("awk", "gawk")));
        Assert.Equal("`gawk` is preferred for `awk` but does not provide it", error.Message);
    }

    [Fact]
    public void A_condition_on_a_version_is_met_by_a_provider_that_says_its_version() => Assert.Equal(
        "app: new; new:",
        Resolve(["app"], ["app 1 Depends: api (>= 2)", "any 9 Provides: api", "new 1 Provides: api (= 2)", "old 1 Provides: api (= 1)"]));

    [Fact]
    public void Any_and_our_own_architecture_are_met_and_another_is_not()
    {
        Assert.Equal("app: perl; perl:", Resolve(["app"], ["app 1 Depends: perl:any", "perl 1"]));
        Assert.Equal("app: perl; perl:", Resolve(["app"], ["app 1 Depends: perl:amd64", "perl 1"]));
        Assert.Throws<UserErrorException>(() => Resolve(["app"], ["app 1 Depends: perl:i386", "perl 1"]));
    }

    [Fact]
    public void What_is_left_out_is_not_taken_nor_what_only_it_needs() => Assert.Equal(
        "app:",
        Resolve(["app"], ["app 1 Depends: debconf (>= 0.5) | debconf-2.0", "debconf 1 Depends: perl", "perl 1", "cdebconf 1 Provides: debconf-2.0"], leaveOut: ["debconf"]));

    [Fact]
    public void What_is_left_out_need_not_exist() => Assert.Equal(
        "app:", Resolve(["app"], ["app 1 Depends: debconf"], leaveOut: ["debconf"]));

    [Fact]
    public void Wanting_and_leaving_out_one_package_is_an_error()
    {
        var error = Assert.Throws<UserErrorException>(() => Resolve(["app"], ["app 1"], leaveOut: ["app"]));
        Assert.Equal("`test` both requires `app` and omits it", error.Message);
    }

    [Fact]
    public void A_wanted_package_that_does_not_exist_is_named_with_what_is_near()
    {
        var error = Assert.Throws<UserErrorException>(() => Resolve(["libxml"], ["libxml2 1"]));
        Assert.Equal("bookworm/main has no package `libxml`", error.Message);
        Assert.Equal("did you mean `libxml2`?", error.Hint);
    }

    [Fact]
    public void A_library_that_a_library_is_linked_with_is_chosen_although_it_is_omitted() => Assert.Equal(
        "libgss2:; libx-dev: libx4; libx4: libgss2; tool:",
        Resolve(["libx-dev", "tool"], ["libx-dev 1 Depends: libgss2, libx4", "libx4 1 Depends: libgss2", "tool 1 Depends: libgss2", "libgss2 1"], leaveOut: ["libgss2"]));

    [Fact]
    public void A_requirement_that_nothing_meets_is_shown_with_who_asked()
    {
        var error = Assert.Throws<UserErrorException>(() => Resolve(["app"], ["app 1 Depends: lib", "lib 1 Depends: base (>= 2) | basis", "base 1"]));
        Assert.Equal("nothing in bookworm/main satisfies the requirement `base (>= 2) | basis` of `lib`", error.Message);
        Assert.Equal(["required by app"], error.Details);
    }

    [Fact]
    public void The_order_of_the_index_and_of_the_wanted_packages_changes_nothing()
    {
        string[] packages = ["one 1 Depends: left | right, awk", "two 1 Depends: right | left, awk", "left 1", "right 1", "mawk 1 Provides: awk", "gawk 1 Provides: awk"];
        var expected = Resolve(["one", "two"], packages);
        Assert.Equal(expected, Resolve(["two", "one"], [.. packages.Reverse()]));
    }

    [Fact]
    public void What_is_added_to_a_lock_leaves_what_it_has_as_it_is()
    {
        string[] archive = ["app 1 Depends: left | right, awk", "left 1", "right 1", "mawk 1 Provides: awk", "gawk 1 Provides: awk", "new 1 Depends: right | left, awk, more", "more 1"];
        var before = Locked(Run(["app"], archive));
        var after = new LockResolver("bookworm/main", Archives.Of(archive), "amd64").Add(before, new PackageSelection { Wanted = ["new"] });
        Assert.Equal("app: gawk left; gawk:; left:; more:; new: gawk left more", string.Join("; ", after.Select(package => $"{package.Name}: {string.Join(' ', package.Depends)}".TrimEnd())));
        Assert.Equal(PackagesLockFile.Write(before).Split('\n').Where(line => line.Contains("sha256\":\"", StringComparison.Ordinal)).Select(line => line.TrimEnd(',')).Order(StringComparer.Ordinal),
            PackagesLockFile.Write(before with { Packages = after }).Split('\n').Select(line => line.TrimEnd(',')).Where(line => !line.Contains("\"new\"", StringComparison.Ordinal) && !line.Contains("\"more\"", StringComparison.Ordinal) && line.Contains("sha256\":\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_added_to_a_lock_when_the_archive_has_other_versions_of_what_it_has()
    {
        var before = Locked(Run(["app"], ["app 1 Depends: lib", "lib 1"]));
        var error = Assert.Throws<UserErrorException>(() => new LockResolver("bookworm/main", Archives.Of("app 1 Depends: lib", "lib 1.1", "new 1"), "amd64").Add(before, new PackageSelection { Wanted = ["new"] }));
        Assert.Equal("the archive has moved on since the lock of `test` was made: 1 of its 2 packages have other versions now, or are gone", error.Message);
        Assert.Equal(["lib 1, now 1.1"], error.Details);
        Assert.Equal("renew the lock with `monogres platform lock test`, which changes the keys of what is built with these packages, and try again", error.Hint);

        var gone = Assert.Throws<UserErrorException>(() => new LockResolver("bookworm/main", Archives.Of("app 1", "new 1"), "amd64").Add(before, new PackageSelection { Wanted = ["new"] }));
        Assert.Equal(["app 1, now 1", "lib 1, now gone"], gone.Details);
    }

    private static PackagesLock Locked(ImmutableArray<LockedPackage> packages) => new()
    {
        Version = PackagesLock.FormatVersion,
        Platform = "test",
        Archive = "debian",
        Suite = "bookworm",
        Component = "main",
        Architecture = "amd64",
        Release = new LockedRelease { Date = DateTimeOffset.UnixEpoch, Sha256 = Sha256Hash.Of([]), Snapshot = "19700102T000000Z" },
        Packages = packages,
    };

    private static string Resolve(string[] wanted, string[] packages, string[]? leaveOut = null, (string, string)? prefer = null) =>
        string.Join("; ", Run(wanted, packages, leaveOut, prefer).Select(package => $"{package.Name}: {string.Join(' ', package.Depends)}".TrimEnd()));

    private static ImmutableArray<LockedPackage> Run(string[] wanted, string[] packages, string[]? leaveOut = null, (string Name, string Package)? prefer = null)
    {
        var selection = new PackageSelection
        {
            Wanted = [.. wanted],
            Omissions = [.. leaveOut ?? []],
            Prefer = prefer is { } choice ? ImmutableSortedDictionary<string, string>.Empty.Add(choice.Name, choice.Package) : ImmutableSortedDictionary<string, string>.Empty,
        };
        return new LockResolver("bookworm/main", Archives.Of(packages), "amd64").Resolve("test", selection);
    }
}
