// A small extension in C++: counts the words of a text, and finds the longest one.
#include <sstream>
#include <string>

extern "C" {
#include "postgres.h"
#include "fmgr.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(tally);
PG_FUNCTION_INFO_V1(tally_longest);
}

// PostgreSQL must never be left by a C++ exception; running out of memory is the only one that these can throw.
template <typename Use>
static void for_each_word(FunctionCallInfo fcinfo, Use use)
{
    bool out_of_memory = false;
    char *characters = text_to_cstring(PG_GETARG_TEXT_PP(0));
    try
    {
        std::istringstream words(characters);
        for (std::string word; words >> word;)
            use(word);
    }
    catch (...)
    {
        out_of_memory = true;
    }
    if (out_of_memory)
        ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
}

extern "C" Datum tally(PG_FUNCTION_ARGS)
{
    int64 count = 0;
    for_each_word(fcinfo, [&](const std::string &) { count++; });
    PG_RETURN_INT64(count);
}

extern "C" Datum tally_longest(PG_FUNCTION_ARGS)
{
    std::string longest;
    for_each_word(fcinfo, [&](const std::string &word) { if (word.size() > longest.size()) longest = word; });
    PG_RETURN_TEXT_P(cstring_to_text_with_len(longest.data(), longest.size()));
}
