using System.Text.Json.Serialization.Metadata;
using Monogres.Engine.Steps;
using Monogres.Store;

namespace Monogres.Payloads.Binaries;

/// <summary>Facts about content that many steps ask for, worked out once for each: kept in the store, found by way of the memo.</summary>
internal static class CachedFacts
{
    /// <summary>What is remembered under a key, or is worked out now; null, which is not kept, when there is nothing to know.</summary>
    /// <param name="store">Keeps the facts.</param>
    /// <param name="describe">Adds what they are about, and the version of the rules by which they are worked out.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="workOut">Works them out.</param>
    /// <param name="cancel">Stops.</param>
    public static async ValueTask<T?> OfAsync<T>(TreeStore store, Action<KeyWriter> describe, JsonTypeInfo<T> format, Func<Task<T?>> workOut, CancellationToken cancel)
        where T : class
    {
        var key = KeyWriter.KeyOf(describe);
        try
        {
            if (await store.Memo.FindAsync(key, cancel) is { } known)
                return await Facts.ReadAsync(store.Blobs, known.Tree, format, cancel);
        }
        catch (BlobMissingException)
        {
            // Worked out again.
        }

        if (await workOut() is not { } facts)
            return null;

        await store.Memo.PutAsync(key, new MemoEntry(await Facts.WriteAsync(store.Blobs, facts, format, cancel)), cancel);
        return facts;
    }
}
