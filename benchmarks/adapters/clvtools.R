# Fits BG/NBD to a log of Id and Date, and writes what it found as JSON.
library(CLVTools)
library(data.table)

paths <- commandArgs(trailingOnly = TRUE)
log <- fread(paths[1], colClasses = c(Id = "character", Date = "character"))
data <- clvdata(log, date.format = "ymd", time.unit = "weeks", data.end = "2024-12-31",
                name.id = "Id", name.date = "Date", name.price = NULL)
used <- system.time(
  model <- bgnbd(data, optimx.args = list(method = "L-BFGS-B"), verbose = FALSE)
)
theta <- coef(model)
cat(sprintf(
  paste0('{"cpu": %.6f, "wall": %.6f, "message": "CLVTools %s", ',
         '"parameters": {"r": %.12g, "alpha": %.12g, "a": %.12g, "b": %.12g}}\n'),
  used[["user.self"]] + used[["sys.self"]], used[["elapsed"]], packageVersion("CLVTools"),
  theta[["r"]], theta[["alpha"]], theta[["a"]], theta[["b"]]
), file = paths[2])
