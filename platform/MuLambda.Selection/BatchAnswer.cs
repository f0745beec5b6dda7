namespace MuLambda.Selection;

/// <summary>What an answered batch says to one of its requests.</summary>
/// <param name="TookMs">From sending the batch to its answer, in milliseconds.</param>
/// <param name="Items">The examples in it.</param>
/// <param name="IsFirst">Whether the request is the batch's first: what the batch took is learned once.</param>
/// <param name="RequestsAhead">How many requests the executor had when the batch came, as it says; null where it does not.</param>
/// <param name="OwnAhead">How many batches this selector had there then, this one apart.</param>
public readonly record struct BatchAnswer(double TookMs, int Items, bool IsFirst, int? RequestsAhead, int OwnAhead);
