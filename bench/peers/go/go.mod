module galley.bench/peer

go 1.19
