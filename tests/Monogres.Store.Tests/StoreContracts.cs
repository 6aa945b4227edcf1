using Monogres.Store.Disk;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Contracts;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests;

public sealed class DiskBlobStoreContract : LocalBlobStoreContract, IDisposable
{
    private readonly TemporaryStore _store = new();

    protected override ILocalBlobStore Local => _store.Store.Blobs;

    public void Dispose() => _store.Dispose();
}

public sealed class MemoryBlobStoreContract : LocalBlobStoreContract
{
    protected override ILocalBlobStore Local { get; } = new MemoryBlobStore();
}

public sealed class VerifyingDiskBlobStoreContract : LocalBlobStoreContract, IDisposable
{
    private readonly TemporaryStore _store = new();

    public VerifyingDiskBlobStoreContract() => Local = new VerifyingBlobStore(_store.Store.Blobs);

    protected override ILocalBlobStore Local { get; }

    public void Dispose() => _store.Dispose();
}

public sealed class DiskActionCacheContract : ActionCacheContract, IDisposable
{
    private readonly TemporaryStore _store = new();

    protected override IActionCache Cache => _store.Store.Actions;

    public void Dispose() => _store.Dispose();
}

public sealed class MemoryActionCacheContract : ActionCacheContract
{
    protected override IActionCache Cache { get; } = new MemoryActionCache();
}

public sealed class CompleteActionCacheContract : ActionCacheContract
{
    protected override IActionCache Cache { get; } = new CompleteActionCache(new MemoryActionCache(), new MemoryBlobStore(), incomplete: null);
}

public sealed class DiskMemoContract : MemoContract, IDisposable
{
    private readonly TemporaryStore _store = new();

    protected override IMemo Memo => _store.Store.Memo;

    public void Dispose() => _store.Dispose();
}

public sealed class MemoryMemoContract : MemoContract
{
    protected override IMemo Memo { get; } = new MemoryMemo();
}
