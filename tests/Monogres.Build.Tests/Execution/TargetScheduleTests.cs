using System.Collections.Concurrent;
using Monogres.Engine.Execution;
using Monogres.Plans;
using Monogres.Core;
using Monogres.Index;
using Monogres.Testing;

namespace Monogres.Engine.Events.Tests.Execution;

public class TargetScheduleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_server_is_done_before_any_extension_and_one_at_a_time()
    {
        var plans = await PlansAsync("pgcrypto@15.18/postgres@15.18", "postgres@15.18", "hstore@17.11/postgres@17.11", "postgres@17.11");
        var order = new ConcurrentQueue<string>();
        var running = 0;
        await TargetSchedule.RunAsync(plans, 2, async (plan, cancel) =>
        {
            if (plan is ServerPlan)
                Assert.Equal(1, Interlocked.Increment(ref running));
            order.Enqueue(plan.Target.ToString());
            await Task.Yield();
            if (plan is ServerPlan)
                Interlocked.Decrement(ref running);
        }, Cancel);

        Assert.Equal(["postgres@15.18+minimal", "postgres@17.11+minimal"], order.Take(2));
        Assert.Equal(["hstore@17.11/postgres@17.11+minimal", "pgcrypto@15.18/postgres@15.18+minimal"], order.Skip(2).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_one_throws_ends_the_whole()
    {
        var plans = await PlansAsync("postgres@15.18", "postgres@17.11");
        List<TargetPlan> done = [];
        await Assert.ThrowsAsync<UserErrorException>(() => TargetSchedule.RunAsync(plans, 2, (plan, _) =>
        {
            done.Add(plan);
            throw new UserErrorException("it failed");
        }, Cancel));
        Assert.Single(done);
    }

    private static async Task<IReadOnlyList<TargetPlan>> PlansAsync(params string[] targets)
    {
        var index = (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow();
        var planner = new Planner(index, index.Platform(PlatformName.Parse("debian12-amd64")), "gcc");
        return [.. targets.Select(target => planner.Plan(TargetName.Parse(target)))];
    }
}
