using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Results.Records;
using Monogres.Testing;

namespace Monogres.Results.Tests;

public sealed class StoredTimesTests : IDisposable
{
    private static readonly StepName Build = new("postgres@15.18+minimal", "build");

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Of_a_step_that_never_ran_nothing_is_known() => Assert.Null(Stored().Find(Build));

    [Fact]
    public void The_last_run_counts_in_this_process_and_in_the_next()
    {
        var times = Stored();
        times.Add(Build, new StepTime(300, 1000));
        times.Add(Build, new StepTime(243.5, 1200));
        Assert.Equal(new StepTime(243.5, 1200), times.Find(Build));
        Assert.Equal(new StepTime(243.5, 1200), Stored().Find(Build));
    }

    [Fact]
    public void Another_version_of_a_project_is_taken_to_be_like_it()
    {
        Stored().Add(Build, new StepTime(243.5, 1200));
        Assert.Equal(new StepTime(243.5, 1200), Stored().Find(new StepName("postgres@17.2+full", "build")));
    }

    [Fact]
    public void Of_another_project_of_its_kind_only_the_duration_is_taken()
    {
        Stored().Add(Build, new StepTime(243.5, 1200));
        Assert.Equal(new StepTime(243.5, 0), Stored().Find(new StepName("ivorysql@5.4+minimal", "build")));
        Assert.Null(Stored().Find(new StepName("pgvector@0.8.0/postgres@17.2", "build")));
        Stored().Add(new StepName("numeral@1.3/postgres@15.18", "build"), new StepTime(2, 100));
        Assert.Equal(new StepTime(2, 0), Stored().Find(new StepName("pgvector@0.8.0/ivorysql@5.4", "build")));
        Assert.Null(Stored().Find(new StepName("postgres@15.18+minimal", "test")));
    }

    [Fact]
    public void Lines_that_are_damaged_are_skipped()
    {
        File.WriteAllText(_directory["times.tsv"], "postgres@15.18+minimal\tbuild\t12.000\t7\nhalf a li");
        Assert.Equal(new StepTime(12, 7), Stored().Find(Build));
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_no_failure()
    {
        var times = new StoredTimes(_directory["missing/directory"]);
        times.Add(Build, new StepTime(1, 1));
        Assert.Equal(new StepTime(1, 1), times.Find(Build));
    }

    private StoredTimes Stored() => new(_directory.Path);
}
