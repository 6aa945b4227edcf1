namespace Monogres.Engine.Scheduling;

/// <summary>
/// The cores of this machine, or the slots of a cluster, given to the most urgent first, and else in the order in which they
/// are asked for: a build that uses all of them waits until all are free, and nothing that is less urgent, or came after it, passes it.
/// </summary>
/// <param name="count">How many there are; at least one.</param>
public sealed class CoreSlots(int count)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private int _free = count;

    /// <summary>How many there are.</summary>
    public int Count { get; } = count;

    /// <summary>Takes slots, waiting until they are free; they are returned when the lease is disposed.</summary>
    /// <param name="wanted">How many; more than there are counts as all.</param>
    /// <param name="urgency">How urgent it is.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<IDisposable> AcquireAsync(int wanted, Urgency urgency, CancellationToken cancel)
    {
        wanted = Math.Min(wanted, Count);
        LinkedListNode<Waiter> mine;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _free >= wanted)
            {
                _free -= wanted;
                return new Lease(this, wanted);
            }

            var waiter = new Waiter(wanted, urgency, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            var before = _waiting.Last;
            while (before is not null && before.Value.Urgency < urgency)
                before = before.Previous;
            mine = before is null ? _waiting.AddFirst(waiter) : _waiting.AddAfter(before, waiter);
        }

        await using (cancel.Register(() => Withdraw(mine, cancel)))
            await mine.Value.Granted.Task;
        return new Lease(this, wanted);
    }

    private void Withdraw(LinkedListNode<Waiter> waiter, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (waiter.List is null)
                return;

            _waiting.Remove(waiter);
            waiter.Value.Granted.TrySetCanceled(cancel);
            Grant();
        }
    }

    private void Return(int slots)
    {
        lock (_gate)
        {
            _free += slots;
            Grant();
        }
    }

    private void Grant()
    {
        while (_waiting.First is { } first && first.Value.Wanted <= _free)
        {
            _free -= first.Value.Wanted;
            _waiting.RemoveFirst();
            first.Value.Granted.SetResult();
        }
    }

    private sealed record Waiter(int Wanted, Urgency Urgency, TaskCompletionSource Granted);

    private sealed class Lease(CoreSlots slots, int taken) : IDisposable
    {
        private int _taken = taken;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _taken, 0) is > 0 and var count)
                slots.Return(count);
        }
    }
}
