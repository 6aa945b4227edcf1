namespace Monogres.Testing.Assertions;

/// <summary>Assertions that xunit lacks; compiled into each test program.</summary>
internal static class EveryAssertion
{
    extension(Assert)
    {
        /// <summary>As <c>Assert.All</c>, but no items at all are a failure: then nothing would be checked, and a slip in how they are found would never show.</summary>
        public static void Every<T>(IEnumerable<T> items, Action<T> check)
        {
            T[] all = [.. items];
            Assert.NotEmpty(all);
#pragma warning disable RS0030 // Here it is known that there are some.
            Assert.All(all, check);
#pragma warning restore RS0030
        }

        /// <summary>Asserts that items were found, and that nothing is wrong with any of them.</summary>
        /// <param name="items">What is looked at; at least one.</param>
        /// <param name="problemOf">What is wrong with one, or null.</param>
        public static void NothingIsWrong<T>(IEnumerable<T> items, Func<T, string?> problemOf)
        {
            T[] all = [.. items];
            Assert.NotEmpty(all);
            Assert.Empty(all.Select(problemOf).OfType<string>());
        }
    }
}
