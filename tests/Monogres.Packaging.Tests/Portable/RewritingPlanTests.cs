using System.Text;
using Monogres.Core;
using Monogres.Packaging.Portable;
using Monogres.Testing;

namespace Monogres.Packaging.Tests.Portable;

public class RewritingPlanTests
{
    private static readonly Dictionary<string, PlatformLibrary> Platform = new(StringComparer.Ordinal)
    {
        ["libssl.so.1.1"] = Library("libssl.so.1.1", "libcrypto.so.1.1", "libpthread.so.0", "libc.so.6"),
        ["libcrypto.so.1.1"] = Library("libcrypto.so.1.1", "libdl.so.2", "libc.so.6"),
        ["libgeos-3.9.0.so"] = Library("libgeos-3.9.0.so", "libstdc++.so.6", "libc.so.6"),
        ["libstdc++.so.6"] = Library("libstdc++.so.6", "libc.so.6", "ld-linux-x86-64.so.2"),
    };

    private static readonly HashSet<string> Own = new(StringComparer.Ordinal) { "libpq.so.5" };

    [Fact]
    public void Libraries_are_carried_with_all_that_they_need_under_names_of_their_content()
    {
        var plan = Plan(Binary("bin/postgres", null, "libssl.so.1.1", "libm.so.6", "libc.so.6"));
        Assert.Equal(["libcrypto-", "libssl-"], plan.Carried.Select(library => library.Name[..(library.Name.IndexOf('-', StringComparison.Ordinal) + 1)]));
        Assert.Every(plan.Carried, library => Assert.Matches(@"^lib(ssl|crypto)-[0-9a-f]{8}\.so\.1\.1$", library.Name));
        Assert.Every(plan.Carried, library => Assert.Equal($"lib/private/lib/{library.Name}", library.Path.Value));
    }

    [Fact]
    public void What_changes_in_a_file_is_said_by_one_command_for_each_kind_of_change()
    {
        var plan = Plan(
            Binary("bin/postgres", "$ORIGIN/../lib", "libssl.so.1.1", "libcrypto.so.1.1", "libc.so.6"),
            Binary("lib/libpq.so.5.15", "$ORIGIN/../lib:/usr/lib/elsewhere", "libssl.so.1.1", "libc.so.6"),
            Binary("lib/dblink.so", "$ORIGIN/../lib", "libpq.so.5", "libc.so.6"),
            Binary("lib/postgis-3.so", null, "libgeos-3.9.0.so"),
            Binary("lib/pgxs/src/test/regress/pg_regress", "$ORIGIN/../../../../../lib", "libcrypto.so.1.1"));
        Golden.Match(string.Concat(plan.Rewritings.SelectMany(rewriting => rewriting.ToCommands()).Select(command => command + "\n")), "commands.sh");
    }

    [Fact]
    public void What_needs_nothing_but_the_C_library_and_libraries_of_its_own_stays_as_it_is()
    {
        var plan = Plan(Binary("bin/psql", "$ORIGIN/../lib", "libpq.so.5", "libpthread.so.0", "libc.so.6", "ld-linux-x86-64.so.2"), Binary("lib/vector.so", null));
        Assert.Equal((0, 0), (plan.Carried.Length, plan.Rewritings.Length));
    }

    [Fact]
    public void A_name_depends_on_what_the_library_needs_in_turn()
    {
        var other = new Dictionary<string, PlatformLibrary>(Platform, StringComparer.Ordinal) { ["libcrypto.so.1.1"] = Platform["libcrypto.so.1.1"] with { Content = Digest.Of("newer"u8) } };
        var (one, two) = (Plan(Binary("bin/a", null, "libssl.so.1.1", "libstdc++.so.6")), RewritingPlan.Of([Binary("bin/b", null, "libssl.so.1.1", "libstdc++.so.6")], Own, other));
        var same = one.Carried.Select(library => library.Name).Intersect(two.Carried.Select(library => library.Name), StringComparer.Ordinal);
        Assert.StartsWith("libstdc++-", Assert.Single(same), StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_has_the_same_name_whoever_needs_it()
    {
        var (one, two) = (Plan(Binary("bin/a", null, "libssl.so.1.1")), Plan(Binary("lib/b.so", null, "libcrypto.so.1.1", "libgeos-3.9.0.so")));
        Assert.Equal(Name(one, "libcrypto.so.1.1"), Name(two, "libcrypto.so.1.1"));
    }

    [Fact]
    public void Libraries_that_need_each_other_have_names_too()
    {
        var platform = new Dictionary<string, PlatformLibrary>(StringComparer.Ordinal) { ["liba.so.1"] = Library("liba.so.1", "libb.so.1"), ["libb.so.1"] = Library("libb.so.1", "liba.so.1") };
        var plan = RewritingPlan.Of([Binary("bin/a", null, "liba.so.1")], Own, platform);
        Assert.Equal(2, plan.Carried.Length);
        Assert.Equal(2, plan.Carried.Select(library => library.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("libnowhere.so.1", "bin/postgres")]
    [InlineData("libhalf.so.1", "libhalf.so.1")]
    public void A_library_that_nothing_has_is_an_error_that_names_the_file_and_the_library(string needed, string file)
    {
        var platform = new Dictionary<string, PlatformLibrary>(Platform, StringComparer.Ordinal) { ["libhalf.so.1"] = Library("libhalf.so.1", "libnowhere.so.1") };
        var error = Assert.Throws<UserErrorException>(() => RewritingPlan.Of([Binary("bin/postgres", null, needed)], Own, platform));
        Assert.Equal($"`{file}` needs `libnowhere.so.1`, and none of the packages that it runs with has that library", error.Message);
    }

    private static RewritingPlan Plan(params LinkedBinary[] binaries) => RewritingPlan.Of(binaries, Own, Platform);

    private static string Name(RewritingPlan plan, string soname) => plan.Carried.Single(library => library.Library.Soname == soname).Name;

    private static LinkedBinary Binary(string path, string? runpath, params string[] needed) => new(RelativePath.Parse(path), [.. needed], runpath);

    private static PlatformLibrary Library(string soname, params string[] needed) => new(soname, Digest.Of(Encoding.UTF8.GetBytes($"the content of {soname}")), [.. needed], "a-package", "1.0-1");
}
