using Monogres.Store.Disk;
using Monogres.Testing;
using Monogres.Testing.Contracts;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests;

public sealed class DiskBlobStoreContract : BlobStoreContract, IDisposable
{
    private readonly TemporaryStore _store = new();

    protected override IBlobStore Store => _store.Store.Blobs;

    public void Dispose() => _store.Dispose();
}

public sealed class MemoryBlobStoreContract : BlobStoreContract
{
    protected override IBlobStore Store { get; } = new MemoryBlobStore();
}

public sealed class VerifyingDiskBlobStoreContract : BlobStoreContract, IDisposable
{
    private readonly TemporaryStore _store = new();

    public VerifyingDiskBlobStoreContract() => Store = new VerifyingBlobStore(_store.Store.Blobs);

    protected override IBlobStore Store { get; }

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
