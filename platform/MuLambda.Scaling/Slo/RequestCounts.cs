namespace MuLambda.Scaling;

/// <summary>Good requests, and all.</summary>
internal readonly record struct RequestCounts(long Good, long Total)
{
    public static RequestCounts operator -(RequestCounts a, RequestCounts b) => new(a.Good - b.Good, a.Total - b.Total);
}
