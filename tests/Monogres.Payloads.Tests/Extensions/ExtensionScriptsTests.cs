using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Payloads.Extensions;
using Monogres.Testing.Properties;

namespace Monogres.Payloads.Tests.Extensions;

public class ExtensionScriptsTests
{
    [Fact]
    public void Scripts_are_known_by_their_names()
    {
        var scripts = ExtensionScripts.Of("pg_cron", ["pg_cron--1.0.sql", "pg_cron--1.0--1.1.sql", "pg_cron--1.1--1.10.sql", "pg_cron--1.1--1.2.sql", "pg_cron.control", "pg_cron--1.0.control", "pg_cron_extra--2.0.sql", "pg_cron--.sql", "pg_cron--a--b--c.sql", "pg_cron.sql"]);
        Assert.Equal(["1.0"], scripts.Installable);
        Assert.Equal(["1.0", "1.1", "1.2", "1.10"], scripts.Versions);
        Assert.Equal([new("1.0", "1.1"), new("1.1", "1.2"), new ScriptedUpdate("1.1", "1.10")], scripts.Updates);
    }

    [Fact]
    public void A_version_is_made_by_its_own_script_or_else_by_updates_from_the_nearest_start()
    {
        var scripts = ExtensionScripts.Of("x", ["x--1.sql", "x--2.sql", "x--1--2.sql", "x--2--3.sql", "x--3--4.sql", "x--1--4.sql"]);
        Assert.Equal(["2"], scripts.FindInstallPath("2"));
        Assert.Equal(["2", "3"], scripts.FindInstallPath("3"));
        Assert.Equal(["1", "4"], scripts.FindInstallPath("4"));
        Assert.Null(scripts.FindInstallPath("5"));
        Assert.Equal(["x--1.sql", "x--1--4.sql"], scripts.FilesOf(["1", "4"]));
    }

    [Fact]
    public void Of_starts_that_are_equally_near_the_last_is_taken() =>
        Assert.Equal(["2", "3"], ExtensionScripts.Of("x", ["x--1.sql", "x--2.sql", "x--1--3.sql", "x--2--3.sql"]).FindInstallPath("3"));

    [Fact]
    public void Of_updates_that_are_equally_short_the_one_through_the_first_version_is_taken() =>
        Assert.Equal(["a", "2"], ExtensionScripts.Of("x", ["x--1--b.sql", "x--1--a.sql", "x--b--2.sql", "x--a--2.sql"]).FindUpdatePath("1", "2"));

    [Fact]
    public void A_default_version_that_no_script_makes_is_noticed() =>
        Assert.Null(ExtensionScripts.Of("x", ["x--1.0.sql", "x--1.0--1.1.sql"]).FindInstallPath("1.2"));

    [Fact]
    public void Older_versions_without_an_update_are_listed_and_later_ones_are_not()
    {
        var scripts = ExtensionScripts.Of("x", ["x--0.9.sql", "x--1.0.sql", "x--1.0--1.1.sql", "x--1.1--1.2.sql", "x--unpackaged--1.0.sql"]);
        Assert.Equal(["0.9"], scripts.WithoutUpdateTo("1.1"));
    }

    [Theory]
    [InlineData("1.0", true)]
    [InlineData("", false)]
    [InlineData("-1", false)]
    [InlineData("1-", false)]
    [InlineData("1--2", false)]
    [InlineData("1/2", false)]
    public void What_can_be_a_name_is_what_PostgreSQL_takes_for_one(string text, bool good) => Assert.Equal(good, ExtensionScripts.IsName(text));

    [Fact]
    public void Paths_are_as_short_as_can_be_and_go_by_scripts_that_exist() => Prop.ForAll(Scripts, files =>
    {
        var scripts = ExtensionScripts.Of("x", files);
        foreach (var from in scripts.Versions)
        {
            var distances = Distances(scripts, from, throughInstallable: true);
            foreach (var to in scripts.Versions)
            {
                var path = scripts.FindUpdatePath(from, to);
                Assert.Equal(distances.TryGetValue(to, out var distance) ? distance : null, path?.Length);
                if (path is { IsEmpty: false } steps)
                {
                    Assert.Equal(to, steps[^1]);
                    Assert.Every(steps.Prepend(from).Zip(steps), step => Assert.Contains($"x--{step.First}--{step.Second}.sql", files));
                }
            }
        }
    }).HoldsAlways(500);

    [Fact]
    public void A_version_is_created_from_the_nearest_start_and_by_scripts_that_exist() => Prop.ForAll(Scripts, files =>
    {
        var scripts = ExtensionScripts.Of("x", files);
        foreach (var version in scripts.Versions)
        {
            var shortest = scripts.Installable.Select(start => Distances(scripts, start, throughInstallable: false).GetValueOrDefault(version)).Where(distance => distance is not null).DefaultIfEmpty(null).Min();
            var path = scripts.FindInstallPath(version);
            Assert.Equal(scripts.Installable.Contains(version) ? 0 : shortest, path?.Length - 1);
            if (path is not { } steps)
                continue;

            Assert.Equal(version, steps[^1]);
            Assert.Every(scripts.FilesOf(steps), file => Assert.Contains(file, files));
            Assert.DoesNotContain(steps.Skip(1), step => scripts.Installable.Contains(step));
        }
    }).HoldsAlways(500);

    [Fact]
    public void The_order_of_the_files_does_not_matter() => Prop.ForAll(Scripts, files =>
    {
        var (one, other) = (ExtensionScripts.Of("x", files), ExtensionScripts.Of("x", files.Reverse()));
        Assert.Equal(one.Versions, other.Versions);
        Assert.Equal(one.Updates, other.Updates);
        foreach (var from in one.Versions)
        {
            Assert.Equal(one.FindInstallPath(from), other.FindInstallPath(from));
            foreach (var to in one.Versions)
                Assert.Equal(one.FindUpdatePath(from, to), other.FindUpdatePath(from, to));
        }
    }).HoldsAlways(300);

    /// <summary>The distance to every version that can be reached, by relaxing every update until nothing changes (Bellman and Ford).</summary>
    private static Dictionary<string, int?> Distances(ExtensionScripts scripts, string from, bool throughInstallable)
    {
        Dictionary<string, int?> distances = new() { [from] = 0 };
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var update in scripts.Updates.Where(update => throughInstallable || !scripts.Installable.Contains(update.To)))
            {
                if (distances.TryGetValue(update.From, out var distance) && (!distances.TryGetValue(update.To, out var known) || known > distance + 1))
                {
                    distances[update.To] = distance + 1;
                    changed = true;
                }
            }
        }

        return distances;
    }

    private static Arbitrary<ImmutableArray<string>> Scripts
    {
        get
        {
            var version = Gen.Elements("1", "2", "3", "4", "5", "10", "1.0", "b");
            return Gen.OneOf(version.Select(one => $"x--{one}.sql"), version.SelectMany(one => version.Select(other => $"x--{one}--{other}.sql")))
                .ListOf().Select(files => files.Distinct().ToImmutableArray()).ToArbitrary();
        }
    }
}
